package dev.namewell.core.resolve;

import dev.namewell.core.cache.ExpiringMap;
import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.port.Time;
import java.util.concurrent.Executor;

/**
 * What validation has lately cost in vain, by the zone that it was done for and by the network of
 * the client who asked. Whoever owes too much gets no more of it until time has paid the debt: a
 * hostile zone starves itself, and nobody else. Bounded. Thread-safe.
 *
 * <p>Counted in rounds of hashing, of which one takes about a tenth of a microsecond.
 */
public final class WorkAccounts {
  /** As many rounds as verifying a signature takes. */
  static final int SIGNATURE = 2000;

  /** Rounds in a second that are given for nothing: less than a hundredth of a processor. */
  private static final int ZONE_RATE = 32 * SIGNATURE;

  /** A client may ask for several zones that are broken by mistake. */
  private static final int CLIENT_RATE = 4 * ZONE_RATE;

  /** A debt of more seconds is too much. */
  private static final int MOST_SECONDS = 8;

  private static final int REMEMBERED = 10_000;
  private static final long SECOND = 1_000_000_000L;

  private final Time time;

  /** When each debt will have been paid, by {@code Time.nanos}. */
  private final ExpiringMap<DnsName, Long> zones;

  private final ExpiringMap<ClientNetwork, Long> clients;

  /**
   * @param maintenance runs housekeeping
   */
  public WorkAccounts(Time time, Executor maintenance) {
    this.time = time;
    zones = new ExpiringMap<>(REMEMBERED, (zone, paid) -> 1, maintenance);
    clients = new ExpiringMap<>(REMEMBERED, (client, paid) -> 1, maintenance);
  }

  /**
   * Those who are taken for one: an IPv4 /24 or an IPv6 /56 of the Internet; in a private network
   * each address. Whoever sends queries in their name has an account beside theirs.
   *
   * @param proved false for queries that anybody may have sent
   */
  public record ClientNetwork(long high, long low, boolean proved) {
    private static final long LAST_OCTET = 0xff;

    static ClientNetwork of(Resolutions.Asker asker) {
      Client client = asker.client();
      boolean proved = asker.proved();
      if (client.isIpv4()) {
        long low = client.addressLow();
        return new ClientNetwork(0, isPrivate((int) low) ? low : low & ~LAST_OCTET, proved);
      }
      boolean local =
          (client.addressHigh() >>> 57) == 0xfc >>> 1 // RFC 4193
              || (client.addressHigh() >>> 54) == 0xfe80 >>> 6 // link-local
              || (client.addressHigh() | client.addressLow()) == 1; // loopback
      return local
          ? new ClientNetwork(client.addressHigh(), client.addressLow(), proved)
          : new ClientNetwork(client.addressHigh() & ~LAST_OCTET, 0, proved);
    }

    /** RFC 1918, RFC 6598, RFC 3927, loopback. */
    private static boolean isPrivate(int address) {
      return address >>> 24 == 10
          || address >>> 24 == 127
          || address >>> 22 == (100 << 2 | 64 >> 6)
          || address >>> 16 == 0xa9fe
          || address >>> 20 == 0xac1
          || address >>> 16 == 0xc0a8;
    }
  }

  boolean isOver(DnsName zone) {
    return isOver(zones, zone);
  }

  boolean isOver(ClientNetwork client) {
    return isOver(clients, client);
  }

  private <K> boolean isOver(ExpiringMap<K, Long> accounts, K key) {
    long now = time.nanos();
    Long paid = accounts.find(key, now);
    return paid != null && paid - now > MOST_SECONDS * SECOND;
  }

  void charge(DnsName zone, int rounds) {
    charge(zones, zone, rounds * (SECOND / ZONE_RATE));
  }

  void charge(ClientNetwork client, int rounds) {
    charge(clients, client, rounds * (SECOND / CLIENT_RATE));
  }

  private synchronized <K> void charge(ExpiringMap<K, Long> accounts, K key, long nanos) {
    long now = time.nanos();
    Long paid = accounts.find(key, now);
    long more = (paid == null ? now : paid) + nanos;
    accounts.put(key, more, more);
  }
}
