/** What every Nest service has: boot, env, health, metrics, logs, drain. */
export {};
