/** The element and everything around it, out through slots and shadow roots: as the page is drawn. */
export function* withAncestors(element: Element): Generator<Element> {
  for (let at: Element | null = element; at; at = around(at)) yield at;
}

function around(element: Element): Element | null {
  if (element.assignedSlot) return element.assignedSlot;
  const { parentNode } = element;
  return parentNode instanceof ShadowRoot ? parentNode.host : element.parentElement;
}
