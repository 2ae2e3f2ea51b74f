package dev.namewell.server.outbound;

import dev.namewell.core.port.Time;
import dev.namewell.server.runtime.EventLoops;
import io.netty.channel.epoll.Epoll;

/** The forms of sockets that every exchange test runs on. */
enum SocketForm {
  NIO,
  EPOLL,
  NATIVE;

  private static final int LOOPS = 2;

  boolean isAvailable() {
    return this == NIO || Epoll.isAvailable();
  }

  EventLoops loops() {
    return this == NIO ? EventLoops.portable(LOOPS) : EventLoops.open(LOOPS);
  }

  DatagramLink.Opener opener(EventLoops loops, Time time) {
    return this == NATIVE ? NativeLink.opener(loops, time) : PortableLink.opener(loops, time);
  }
}
