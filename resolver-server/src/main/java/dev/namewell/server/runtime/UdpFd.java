package dev.namewell.server.runtime;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** A Linux UDP socket for {@link ReceiveBatch} and {@link SendBatch}: never blocks. */
public final class UdpFd extends Socket {
  /** errno of a descriptor that is none, or no socket: it will never be readable again. */
  public static final int EBADF = 9;

  public static final int ENOTSOCK = 88;

  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUFFORCE = 32;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int IPPROTO_IP = 0;
  private static final int IP_PKTINFO = 8;
  private static final int IP_MTU_DISCOVER = 10;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_MTU_DISCOVER = 23;
  private static final int IPV6_V6ONLY = 26;
  private static final int IPV6_RECVPKTINFO = 49;

  /** Neither set DF nor believe in small path MTUs (RFC 9715 §3.1); since Linux 3.15. */
  private static final int PMTUDISC_OMIT = 5;

  private static final int PMTUDISC_DONT = 0;

  private UdpFd(int fd) {
    super(fd);
  }

  /** True if this machine can have such sockets; the reason, if it cannot, is in the message. */
  public static void ensureAvailable() {
    if (!Libc.isLayoutKnown()) {
      throw new UnsupportedOperationException(
          "needs Linux on x86-64 or aarch64, this is "
              + System.getProperty("os.name")
              + " on "
              + System.getProperty("os.arch"));
    }
    Epoll.ensureAvailability();
  }

  /** A new socket, not bound, with path MTU discovery off and, for IPv6, IPv6 only. */
  public static UdpFd open(boolean ipv6) throws IOException {
    UdpFd socket = new UdpFd(newSocketDgram0(ipv6));
    try {
      if (ipv6) {
        socket.setIntOpt(IPPROTO_IPV6, IPV6_V6ONLY, 1);
      }
      socket.ignorePathMtu(ipv6);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * A socket bound to {@code local} that shares its port with others of this user.
   *
   * @param packetInfo true: the address asked comes with each datagram; a wildcard needs it
   */
  public static UdpFd listen(InetSocketAddress local, boolean packetInfo) throws IOException {
    boolean ipv6 = local.getAddress() instanceof Inet6Address;
    UdpFd socket = open(ipv6);
    try {
      socket.setReusePort(true);
      if (packetInfo) {
        socket.setIntOpt(ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, ipv6 ? IPV6_RECVPKTINFO : IP_PKTINFO, 1);
      }
      socket.bind(local);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private void ignorePathMtu(boolean ipv6) throws IOException {
    int level = ipv6 ? IPPROTO_IPV6 : IPPROTO_IP;
    int option = ipv6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER;
    try {
      setIntOpt(level, option, PMTUDISC_OMIT);
    } catch (IOException | ChannelException tooOld) {
      setIntOpt(level, option, PMTUDISC_DONT);
    }
  }

  /** Asks for socket buffers of so many octets; beyond the system's limit only root gets them. */
  public void askForBuffers(int octets) throws IOException {
    try {
      setIntOpt(SOL_SOCKET, SO_RCVBUFFORCE, octets);
      setIntOpt(SOL_SOCKET, SO_SNDBUFFORCE, octets);
    } catch (IOException | ChannelException notRoot) {
      setReceiveBufferSize(octets);
      setSendBufferSize(octets);
    }
  }
}
