import { portalPage } from '../e2e/extension/fixture-site.ts';

/** Pages like (3) with so many more elements, with text in each: a table as registries have it. */
export function heavyPage(nodes: number): string {
  const cells = Array.from(
    { length: Math.ceil(nodes / 2) },
    (_, index) => `<p><span>項目 ${index}</span></p>`,
  );
  return portalPage().replace('</section>', `</section><div id="heavy">${cells.join('')}</div>`);
}

/**
 * Runs in the page: each frame changes texts, adds and takes away elements, for that many frames. Gives the
 * milliseconds it took and how many frames came later than 50 ms after the one before.
 */
export function mutationStorm(frames: number, perFrame: number): Promise<{ ms: number; late: number }> {
  return new Promise((resolve) => {
    const heavy = document.getElementById('heavy') as HTMLElement;
    const spans = [...heavy.querySelectorAll('span')];
    const start = performance.now();
    let last = start;
    let late = 0;
    let frame = 0;
    const step = () => {
      const now = performance.now();
      if (now - last > 50) late += 1;
      last = now;
      for (let change = 0; change < perFrame; change += 1) {
        const span = spans[(frame * perFrame + change) % spans.length] as HTMLElement;
        span.textContent = `変化 ${frame} ${change}`;
        const added = document.createElement('p');
        added.textContent = 'x';
        heavy.append(added);
        if (heavy.childElementCount > spans.length + 200) heavy.lastElementChild?.remove();
      }
      frame += 1;
      // Not requestAnimationFrame: a tab that is not painted would have none.
      if (frame < frames) setTimeout(step, 16);
      else resolve({ ms: now - start, late });
    };
    step();
  });
}
