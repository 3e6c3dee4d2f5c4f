import { boxOf } from './box.ts';

/** As the document names it. */
export const highlightName = 'HPKI-NAVI-HIGHLIGHT';

/**
 * A ring around what the person is asked to press. The one thing this extension adds to a page: an element under the
 * document element with a closed shadow root, which takes no pointer and which no style of the page reaches.
 */
export class Highlight {
  readonly #document: Document;
  #host: HTMLElement | null = null;
  #ring: HTMLElement | null = null;
  #target: Element | null = null;
  #release: AbortController | null = null;

  constructor(document: Document) {
    this.#document = document;
  }

  /** Moves the ring, or takes it away. */
  show(target: Element | null): void {
    if (target === this.#target && target !== null) {
      this.follow();
      return;
    }
    this.#release?.abort();
    this.#target = target;
    if (!target) {
      this.#host?.remove();
      this.#host = null;
      return;
    }
    this.#create();
    this.#watch(target);
    const { top, bottom } = boxOf(target);
    if (top < 0 || bottom > innerHeight) target.scrollIntoView({ block: 'center', behavior: 'instant' });
    this.follow();
  }

  /** Puts the ring where its target is now. */
  follow(): void {
    if (!this.#target || !this.#ring) return;
    if (!this.#target.isConnected) {
      this.show(null);
      return;
    }
    const { left, top, width, height } = boxOf(this.#target);
    const gap = 6;
    this.#ring.style.transform = `translate(${left - gap}px, ${top - gap}px)`;
    this.#ring.style.width = `${width + 2 * gap}px`;
    this.#ring.style.height = `${height + 2 * gap}px`;
  }

  #create(): void {
    if (this.#host) return;
    this.#host = this.#document.createElement(highlightName.toLowerCase());
    this.#host.setAttribute('aria-hidden', 'true');
    const shadow = this.#host.attachShadow({ mode: 'closed' });
    const style = new CSSStyleSheet();
    style.replaceSync(ringStyle);
    shadow.adoptedStyleSheets = [style];
    this.#ring = this.#document.createElement('div');
    shadow.append(this.#ring);
    this.#document.documentElement.append(this.#host);
  }

  /** By events only: scrolling of any box, size of window and target. Changes of the page come through `follow`. */
  #watch(target: Element): void {
    const release = new AbortController();
    this.#release = release;
    const follow = () => this.follow();
    const options = { capture: true, passive: true, signal: release.signal };
    this.#document.addEventListener('scroll', follow, options);
    for (const end of ['transitionend', 'animationend'] as const) {
      this.#document.addEventListener(end, follow, options);
    }
    addEventListener('resize', follow, options);
    const sizes = new ResizeObserver(follow);
    sizes.observe(target);
    sizes.observe(this.#document.documentElement);
    release.signal.addEventListener('abort', () => sizes.disconnect());
  }
}

const ringStyle = `
:host { all: initial !important; position: fixed !important; inset: 0 auto auto 0 !important; width: 0 !important;
  height: 0 !important; z-index: 2147483647 !important; pointer-events: none !important; display: block !important; }
div { position: absolute; box-sizing: border-box; border: 4px solid #d9480f; border-radius: 10px; pointer-events: none;
  box-shadow: 0 0 0 3px #fff, 0 0 0 9px rgb(217 72 15 / 0.3); }
@media (prefers-reduced-motion: no-preference) {
  div { animation: breathe 1.6s ease-in-out infinite alternate; }
  @keyframes breathe { to { box-shadow: 0 0 0 3px #fff, 0 0 0 16px rgb(217 72 15 / 0.15); } }
}
@media (forced-colors: active) { div { border-color: Highlight; box-shadow: none; } }
`;
