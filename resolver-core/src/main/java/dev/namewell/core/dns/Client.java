package dev.namewell.core.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Who sent a query: address, port, transport. A listener keeps one and sets it anew for each
 * packet, so it is valid only until {@code handle} returns; {@link #copy} what must outlive that.
 * Not thread-safe while it is being reused.
 */
public final class Client {
  /** Lower half of {@code ::ffff:0:0}; its upper half is zero (RFC 4291 §2.5.5.2). */
  private static final long MAPPED = 0xffff_0000_0000L;

  private long high;
  private long low;
  private int port;
  private Transport transport;

  public Client(Transport transport) {
    this.transport = transport;
  }

  /** Sets an IPv4 address from its 32 bits. */
  public void setIpv4(int address, int fromPort) {
    high = 0;
    low = MAPPED | (address & 0xffff_ffffL);
    port = fromPort;
  }

  /** Sets an IPv6 address from its two halves; IPv4-mapped ones become IPv4. */
  public void setIpv6(long addressHigh, long addressLow, int fromPort) {
    high = addressHigh;
    low = addressLow;
    port = fromPort;
  }

  public static Client of(InetSocketAddress address, Transport transport) {
    Client client = new Client(transport);
    byte[] octets = address.getAddress().getAddress();
    if (octets.length == 4) {
      client.setIpv4((int) bits(octets, 0, 4), address.getPort());
    } else {
      client.setIpv6(bits(octets, 0, 8), bits(octets, 8, 8), address.getPort());
    }
    return client;
  }

  private static long bits(byte[] octets, int offset, int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 8 | (octets[offset + i] & 0xff);
    }
    return value;
  }

  public Client copy() {
    Client copy = new Client(transport);
    copy.setIpv6(high, low, port);
    return copy;
  }

  /**
   * Upper half of the address as IPv6; an IPv4 address counts as IPv4-mapped (RFC 4291 §2.5.5.2).
   */
  public long addressHigh() {
    return high;
  }

  public long addressLow() {
    return low;
  }

  public int port() {
    return port;
  }

  public Transport transport() {
    return transport;
  }

  public boolean isIpv4() {
    return high == 0 && low >>> 32 == MAPPED >>> 32;
  }

  /** The address as an object, made anew at each call: for logs. */
  public InetAddress address() {
    byte[] octets = new byte[isIpv4() ? 4 : 16];
    for (int i = 0; i < octets.length; i++) {
      int fromRight = octets.length - 1 - i;
      octets[i] = (byte) (fromRight < 8 ? low >>> (8 * fromRight) : high >>> (8 * (fromRight - 8)));
    }
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Override
  public String toString() {
    return Endpoint.text(address()) + "#" + port;
  }
}
