import type { ComponentChildren } from 'preact';

export function Card({
  title,
  name,
  children,
}: {
  title: string;
  name: string;
  children: ComponentChildren;
}) {
  return (
    <section class={`card ${name}`} data-card={name}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
