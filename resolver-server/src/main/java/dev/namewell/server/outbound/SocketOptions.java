package dev.namewell.server.outbound;

import io.netty.channel.unix.IntegerUnixChannelOption;

/** Numbers of the kernel's interface that both forms need. */
final class SocketOptions {
  static final int IPPROTO_IP = 0;
  static final int IP_MTU_DISCOVER = 10;
  static final int IPPROTO_IPV6 = 41;
  static final int IPV6_MTU_DISCOVER = 23;

  /** Never believe a forged "fragmentation needed" (RFC 9715): 1232 octets fit every path. */
  static final int PMTUDISC_OMIT = 5;

  static final IntegerUnixChannelOption MTU_DISCOVER_4 =
      new IntegerUnixChannelOption("IP_MTU_DISCOVER", IPPROTO_IP, IP_MTU_DISCOVER);
  static final IntegerUnixChannelOption MTU_DISCOVER_6 =
      new IntegerUnixChannelOption("IPV6_MTU_DISCOVER", IPPROTO_IPV6, IPV6_MTU_DISCOVER);

  /** More than any EDNS size we offer: what is longer was not asked for, and is cut. */
  static final int MAX_RESPONSE = 4096;

  /** For {@link UdpSocket#MAX_IN_FLIGHT} responses at once; the kernel counts overhead too. */
  static final int RECEIVE_BUFFER = 256 * 1024;

  private SocketOptions() {}
}
