/** A page as it is served: its markup with scripts and styles, and the security policy that goes into its header. */
export interface ServedPage {
  html: string;
  policy: string;
}

/** The page of `analyze live --web`; loaded when it is asked for, as hardly any run needs it. */
export async function livePageHtml(): Promise<ServedPage> {
  const { page, policy } = await import('./live-template.js');
  return { html: page, policy };
}
