package dev.namewell.server.outbound;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.Inet6Address;
import java.net.InetAddress;

/** The channels that run on a group's event loops: epoll's own, else NIO's. */
final class ChannelTypes {
  private ChannelTypes() {}

  static boolean isEpoll(IoEventLoopGroup group) {
    return group.isIoType(EpollIoHandler.class);
  }

  /** A channel of the address's family: an IPv6 socket would need mapped addresses for IPv4. */
  static ChannelFactory<DatagramChannel> datagram(IoEventLoopGroup group, InetAddress address) {
    SocketProtocolFamily family =
        address instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
    return isEpoll(group)
        ? () -> new EpollDatagramChannel(family)
        : () -> new NioDatagramChannel(family);
  }

  static ChannelFactory<SocketChannel> stream(IoEventLoopGroup group) {
    return isEpoll(group) ? EpollSocketChannel::new : NioSocketChannel::new;
  }
}
