package dev.namewell.server.runtime;

import io.netty.channel.ChannelFactory;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.Inet6Address;
import java.net.InetAddress;

/** The channels that run on our event loops: epoll's own, else NIO's. */
public final class ChannelTypes {
  private ChannelTypes() {}

  /** A channel of the address's family: an IPv6 socket would need mapped addresses for IPv4. */
  public static ChannelFactory<DatagramChannel> datagram(EventLoops loops, InetAddress address) {
    SocketProtocolFamily family =
        address instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
    return loops.isEpoll()
        ? () -> new EpollDatagramChannel(family)
        : () -> new NioDatagramChannel(family);
  }

  /** A stream channel. */
  public static ChannelFactory<SocketChannel> stream(EventLoops loops) {
    return loops.isEpoll() ? EpollSocketChannel::new : NioSocketChannel::new;
  }
}
