package dev.namewell.core.policy;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.KeyedHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values for domains and all names within them; the longest matching domain wins. Looked up with
 * octets, without allocation: open addressing, at most half full. Immutable.
 */
public final class DomainMap<V> {
  private final @Nullable DnsName[] domains;
  private final List<@Nullable V> values;
  private final int mask;

  public DomainMap(Map<DnsName, V> entries) {
    int capacity = Integer.highestOneBit(Math.max(4, entries.size() * 2)) << 1;
    mask = capacity - 1;
    domains = new @Nullable DnsName[capacity];
    List<@Nullable V> slots = new ArrayList<>();
    for (int i = 0; i < capacity; i++) {
      slots.add(null);
    }
    entries.forEach(
        (domain, value) -> {
          int slot = domain.hashCode() & mask;
          while (domains[slot] != null) {
            slot = slot + 1 & mask;
          }
          domains[slot] = domain;
          slots.set(slot, value);
        });
    values = slots;
  }

  /**
   * The value of the longest domain that the name is within.
   *
   * @param name lower-cased wire form from index 0
   */
  public @Nullable V find(byte[] name, int length) {
    for (int at = 0; ; at += 1 + name[at]) {
      int slot = KeyedHash.of(name, at, length - at) & mask;
      for (DnsName domain = domains[slot]; domain != null; domain = domains[slot]) {
        if (domain.matches(name, at, length - at)) {
          return values.get(slot);
        }
        slot = slot + 1 & mask;
      }
      if (name[at] == 0) {
        return null;
      }
    }
  }

  /** The value of the longest domain that the name is within. */
  public @Nullable V find(DnsName name) {
    return find(name.wire(), name.length());
  }
}
