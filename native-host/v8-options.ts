/**
 * V8's options of the processes that live as long as the browser and do little: without the optimising compilers, and
 * with a small young generation, each stays within one and a half times a bare Node, also after hundreds of cards
 * (`npm run bench`). The launcher gives them to what a browser starts; the Windows executable always has them.
 */
export const v8Options = ['--max-semi-space-size=1', '--no-opt', '--no-maglev', '--no-sparkplug'] as const;
