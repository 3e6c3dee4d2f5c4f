import type { ComponentChildren } from 'preact';
import { takeFocus } from './focus.ts';

export interface ButtonProps {
  /** Stable name, for tests and support: `start`. */
  action: string;
  kind?: 'main' | 'other' | 'quiet';
  onPress(): void;
  disabled?: boolean;
  /** It has come back to where the person pressed. */
  takesFocus?: boolean;
  /** Id of the element that says more. */
  describedBy?: string;
  children: ComponentChildren;
}

export function Button({
  action,
  kind = 'other',
  onPress,
  disabled = false,
  takesFocus = false,
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
      {...(takesFocus ? { ref: takeFocus } : {})}
    >
      {children}
    </button>
  );
}
