/** Slipway's mark: a hull in red lead on the slope of its slip, above the water line. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 24 24">
      <path d="M2 10.2 22 18v3H2z" fill="var(--accent)" />
      <path d="M4.2 3.4 19.9 9.5c-.5 3.1-3 4.6-6 3.5L3 8.8z" fill="var(--brand)" />
    </svg>
  );
}
