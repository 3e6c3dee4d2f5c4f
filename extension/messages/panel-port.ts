/** Name of the port by which one of the extension's own pages attaches to the service worker. */
export const panelPortName = 'panel';
