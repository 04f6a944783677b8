import type { ContentSink } from '../model/content-sink.js';
import type { Arrival } from '../model/stream.js';
import { TextDialogue } from './text-dialogue.js';
import { UpgradeStory } from './upgrade-story.js';

/** Follows a dialogue of lines in which a change to TLS may be asked for. */
export abstract class UpgradableDialogue extends TextDialogue {
  protected readonly upgrade: UpgradeStory;

  /** `mechanism` as in `UpgradeRecord`. */
  constructor(sink: ContentSink, mechanism: string) {
    super(sink);
    this.upgrade = new UpgradeStory(sink, mechanism);
  }

  upgraded(arrival: Arrival): void {
    this.upgrade.taken(arrival);
  }
}
