import type { CDPSession, Page, Protocol } from 'puppeteer-core';

/** What a screen reader would come across, in reading order: `role name`, with what is said of its state. */
export async function readingOf(page: Page): Promise<string[]> {
  const session = await page.createCDPSession();
  try {
    return (await spokenNodes(session)).map(inWords);
  } finally {
    await session.detach();
  }
}

type Node = Protocol.Accessibility.AXNode;

const told = new Set([
  'heading',
  'button',
  'link',
  'radio',
  'img',
  'image',
  'status',
  'alert',
  'group',
  'DisclosureTriangle',
]);

async function spokenNodes(session: CDPSession): Promise<Node[]> {
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const inOrder: Node[] = [];
  const walk = (node: Node | undefined) => {
    if (!node) return;
    if (!node.ignored && (told.has(role(node)) || (role(node) === 'StaticText' && name(node).trim()))) {
      inOrder.push(node);
    }
    for (const id of node.childIds ?? []) walk(byId.get(id));
  };
  walk(nodes[0]);
  return inOrder;
}

const role = (node: Node) => String(node.role?.value ?? '');
const name = (node: Node) => String(node.name?.value ?? '');

function inWords(node: Node): string {
  const state = (node.properties ?? [])
    .filter(({ name: property, value }) => property === 'live' && value.value !== 'off')
    .map(({ value }) => ` (${String(value.value)})`);
  return `${role(node)} ${name(node)}${state.join('')}`.trim();
}

/** From now on: what live regions say, one after the other, and where the focus went by itself. */
export async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const heard: string[] = [];
    const moves: string[] = [];
    Object.assign(window, { heard, moves });
    new MutationObserver((records) => {
      for (const { target } of records) {
        const element = target instanceof Element ? target : target.parentElement;
        const region = element?.closest('[role=status], [role=alert], [aria-live=polite]');
        const words = region?.textContent?.trim();
        if (words && heard.at(-1) !== words) heard.push(words);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
    document.addEventListener('focusin', ({ target }) =>
      moves.push((target as Element).outerHTML.slice(0, 80)),
    );
  });
}

export const heardOn = (page: Page) =>
  page.evaluate(() => (window as unknown as { heard: string[] }).heard.splice(0));
export const focusMovesOn = (page: Page) =>
  page.evaluate(() => (window as unknown as { moves: string[] }).moves.splice(0));
