// The console's script: liveness and keys. Every page works without it.
export {};
