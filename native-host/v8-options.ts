/**
 * V8's options of every process of the host. It does little and lives as long as the browser: without the optimising
 * compilers, and with a small young generation, each process stays within one and a half times a bare Node, also after
 * hundreds of cards (`npm run bench`). The launcher and the Windows executable are made with them.
 */
export const v8Options = ['--max-semi-space-size=1', '--no-opt', '--no-maglev', '--no-sparkplug'] as const;
