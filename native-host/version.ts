import manifest from '../package.json' with { type: 'json' };

export const hostVersion: string = manifest.version;
