import type { CheckStatus } from '../../judge/index.ts';

export type IconName = CheckStatus | 'pending';

/** Shapes differ as well as colours: a status is never told by colour alone. */
const paths: Readonly<Record<IconName, string>> = {
  pass: 'M6.5 12.5l3.7 3.7 7.3-8',
  warn: 'M12 7v6.2M12 16.6v.2',
  fail: 'M8 8l8 8M16 8l-8 8',
  unknown: 'M9.4 9.6a2.6 2.6 0 1 1 3.7 2.4c-.8.4-1.1.9-1.1 1.7M12 16.7v.2',
  skipped: 'M8 12h8',
  pending: 'M12 5.5a6.5 6.5 0 1 1-6.5 6.5',
};

export function Icon({ name, label, large = false }: { name: IconName; label?: string; large?: boolean }) {
  const className = `icon ${name}${large ? ' large' : ''}`;
  const shape = (
    <>
      {name === 'warn' ? (
        <path class="ground" d="M12 2.5 23 21.5H1z" />
      ) : (
        <circle class="ground" cx="12" cy="12" r="11" />
      )}
      <path class="sign" d={paths[name]} />
    </>
  );
  return label ? (
    <svg class={className} viewBox="0 0 24 24" width="24" height="24" role="img" aria-label={label}>
      {shape}
    </svg>
  ) : (
    <svg class={className} viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      {shape}
    </svg>
  );
}
