package dev.namewell.core.cache;

import dev.namewell.core.wire.Query;

/**
 * A query as a key to look up, reused for every query of one event loop. It equals the cached
 * answer to the same question, not the other way round, so it must never be stored.
 */
public final class LookupKey {
  private final Query query;

  /**
   * @param query is read anew before each look-up
   */
  public LookupKey(Query query) {
    this.query = query;
  }

  @Override
  public int hashCode() {
    return query.hash();
  }

  @Override
  @SuppressWarnings("EqualsUnsafeCast")
  public boolean equals(Object other) {
    return other instanceof CachedAnswer cached
        && cached.hashCode() == query.hash()
        && cached.matches(query);
  }
}
