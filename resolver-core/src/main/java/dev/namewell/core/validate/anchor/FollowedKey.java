package dev.namewell.core.validate.anchor;

import dev.namewell.core.records.DnskeyRdata;
import java.time.Instant;

/**
 * A key of a trust anchor's zone and what is known of its life (RFC 5011 §4).
 *
 * @param key as it is without the REVOKE bit, whatever became of it
 * @param since when it came into its state, by the wall clock
 */
public record FollowedKey(DnskeyRdata key, State state, Instant since) {
  /** The states of RFC 5011 §4.2. Start is that of keys that are not kept. */
  public enum State {
    /** New, signed by a trusted key; to be trusted when it has been there for long enough. */
    ADD_PEND,
    VALID,
    /** Trusted, but just now not among the zone's keys. */
    MISSING,
    /** Never to be trusted again. */
    REVOKED,
    /** The same, and gone from the zone. Kept so that it is never taken for a new one. */
    REMOVED
  }

  /** Key tag, without the REVOKE bit. */
  public int tag() {
    return key.tag();
  }

  boolean isTrusted() {
    return state == State.VALID || state == State.MISSING;
  }

  boolean isWithdrawn() {
    return state == State.REVOKED || state == State.REMOVED;
  }

  FollowedKey now(State changed, Instant now) {
    return new FollowedKey(key, changed, now);
  }
}
