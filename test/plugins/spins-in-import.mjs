// Never comes to the end of its import.

for (;;);
