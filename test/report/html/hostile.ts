/** Text that a capture may hold and a page must only ever show. */
export const hostileNames: readonly string[] = [
  '<img src=x onerror="window.pwned=1">',
  '</script><script>window.pwned=2</script>',
  '<!--<script>window.pwned=3',
  '"><svg onload=window.pwned=4>',
  "javascript:window.pwned='5'",
  'evil\u202egnp.exe',
  'line\u2028separator\u2029and\u0000\u001b[31mcontrols\u0007',
  '{{constructor.constructor("window.pwned=6")()}}',
  ']]></script>',
  `${'long'.repeat(16_384)}`,
];
