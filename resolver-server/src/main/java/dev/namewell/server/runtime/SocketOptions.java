package dev.namewell.server.runtime;

import io.netty.channel.unix.IntegerUnixChannelOption;

/** Numbers of the kernel's interface that both forms need. */
public final class SocketOptions {
  public static final int IPPROTO_IP = 0;
  public static final int IP_MTU_DISCOVER = 10;
  public static final int IPPROTO_IPV6 = 41;
  public static final int IPV6_MTU_DISCOVER = 23;

  /** Never believe a forged "fragmentation needed" (RFC 9715): 1232 octets fit every path. */
  public static final int PMTUDISC_OMIT = 5;

  public static final IntegerUnixChannelOption MTU_DISCOVER_4 =
      new IntegerUnixChannelOption("IP_MTU_DISCOVER", IPPROTO_IP, IP_MTU_DISCOVER);
  public static final IntegerUnixChannelOption MTU_DISCOVER_6 =
      new IntegerUnixChannelOption("IPV6_MTU_DISCOVER", IPPROTO_IPV6, IPV6_MTU_DISCOVER);

  /** More than any EDNS size we offer: what is longer was not asked for, and is cut. */
  public static final int MAX_RESPONSE = 4096;

  /** For a few hundred responses at once; the kernel counts overhead too. */
  public static final int RECEIVE_BUFFER = 256 * 1024;

  private SocketOptions() {}
}
