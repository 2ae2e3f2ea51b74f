package dev.namewell.server.outbound;

import dev.namewell.core.port.Time;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;

/** The forms of sockets that every exchange test runs on. */
enum SocketForm {
  NIO,
  EPOLL;

  private static final int LOOPS = 2;

  boolean isAvailable() {
    return this == NIO || Epoll.isAvailable();
  }

  IoEventLoopGroup group() {
    IoHandlerFactory factory =
        this == NIO ? NioIoHandler.newFactory() : EpollIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(LOOPS, factory);
  }

  DatagramLink.Opener opener(IoEventLoopGroup group, Time time) {
    return PortableLink.opener(group, time);
  }
}
