package dev.namewell.core.policy;

import dev.namewell.core.dns.Client;
import dev.namewell.core.settings.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which client addresses are served: sorted disjoint ranges of 128-bit addresses. Immutable. */
public final class AccessRules {
  private static final long IPV4_MAPPED = 0xffff_0000_0000L;
  private static final int IPV4_MAPPED_BITS = 96;

  /** One row for each range: first high, first low, last high, last low. */
  private final long[] ranges;

  public AccessRules(List<Network> networks) {
    List<long[]> rows = new ArrayList<>();
    for (Network network : networks) {
      rows.add(range(network));
    }
    rows.sort((a, b) -> compare(a[0], a[1], b[0], b[1]));
    List<long[]> merged = new ArrayList<>();
    for (long[] row : rows) {
      long[] last = merged.isEmpty() ? row : merged.getLast();
      if (!merged.isEmpty() && compare(row[0], row[1], last[2], last[3]) <= 0) {
        if (compare(row[2], row[3], last[2], last[3]) > 0) {
          last[2] = row[2];
          last[3] = row[3];
        }
      } else {
        merged.add(row);
      }
    }
    ranges = merged.stream().flatMapToLong(Arrays::stream).toArray();
  }

  private static long[] range(Network network) {
    byte[] octets = network.address().getAddress();
    boolean ipv4 = octets.length == 4;
    long high = ipv4 ? 0 : bits(octets, 0, 8);
    long low = ipv4 ? IPV4_MAPPED | bits(octets, 0, 4) : bits(octets, 8, 8);
    int prefix = network.prefixLength() + (ipv4 ? IPV4_MAPPED_BITS : 0);
    long hostHigh = prefix >= 64 ? 0 : -1L >>> prefix;
    long hostLow = prefix <= 64 ? -1L : prefix == 128 ? 0 : -1L >>> (prefix - 64);
    return new long[] {high, low, high | hostHigh, low | hostLow};
  }

  private static long bits(byte[] octets, int offset, int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 8 | (octets[offset + i] & 0xff);
    }
    return value;
  }

  /** True if the client may ask. Allocates nothing. */
  public boolean allows(Client client) {
    long high = client.addressHigh();
    long low = client.addressLow();
    int from = 0;
    int to = ranges.length / 4 - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      int row = middle * 4;
      if (compare(high, low, ranges[row], ranges[row + 1]) < 0) {
        to = middle - 1;
      } else if (compare(high, low, ranges[row + 2], ranges[row + 3]) > 0) {
        from = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  private static int compare(long aHigh, long aLow, long bHigh, long bLow) {
    int order = Long.compareUnsigned(aHigh, bHigh);
    return order != 0 ? order : Long.compareUnsigned(aLow, bLow);
  }
}
