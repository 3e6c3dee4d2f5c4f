import type { ComponentChildren } from 'preact';

export interface ButtonProps {
  /** Stable name, for tests and support: `start`. */
  action: string;
  kind?: 'main' | 'other' | 'quiet';
  onPress(): void;
  disabled?: boolean;
  /** Id of the element that says more. */
  describedBy?: string;
  children: ComponentChildren;
}

export function Button({
  action,
  kind = 'other',
  onPress,
  disabled = false,
  describedBy,
  children,
}: ButtonProps) {
  return (
    <button
      type="button"
      class={`button ${kind}`}
      data-action={action}
      disabled={disabled}
      aria-describedby={describedBy}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
