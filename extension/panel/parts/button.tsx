import type { ComponentChildren } from 'preact';

export interface ButtonProps {
  /** Stable name, for tests and support: `start`. */
  action: string;
  kind?: 'main' | 'other' | 'quiet';
  onPress(): void;
  disabled?: boolean;
  children: ComponentChildren;
}

export function Button({ action, kind = 'other', onPress, disabled = false, children }: ButtonProps) {
  return (
    <button type="button" class={`button ${kind}`} data-action={action} disabled={disabled} onClick={onPress}>
      {children}
    </button>
  );
}
