/* Native code that crashes when it is loaded. Built for Linux on x86-64 with:
   cc -shared -nostdlib -Os -s -Wl,--build-id=none -Wl,-z,noseparate-code -o crash-x64.node crash.c */

void *napi_register_module_v1(void *env, void *exports) {
  (void)env;
  *(volatile int *)8 = 0;
  return exports;
}
