@rem Runs a command in the scripts of package.json, where other shells have a built-in exec: it passes signals on to Node.
@%*
