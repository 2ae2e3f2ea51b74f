package dev.namewell.server.listen;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.Limit;
import dev.namewell.server.listen.ConnectionLimits.Admission;
import dev.namewell.server.runtime.ListenException;
import dev.namewell.server.runtime.ListenException.Purpose;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Takes queries over TCP (RFC 7766) on any number of addresses.
 *
 * <p>When all connections are used, the one that has been idle for longest on the same event loop
 * is closed for a new one; the new one is closed if none is idle.
 */
public final class StreamListener implements AutoCloseable {
  private static final int BACKLOG = 512;

  /** The kernel's memory for queries of one connection, octets: hundreds of them. */
  private static final int RECEIVE_BUFFER = 64 << 10;

  private static final int LEAST_READ = 512;
  private static final int FIRST_READ = 1024;
  private static final int MOST_READ = 16 << 10;

  /** Replies that a client has not taken, octets, at which its queries wait. */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(32 << 10, 64 << 10);

  private static final IntegerUnixChannelOption IPV6_ONLY =
      new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);

  private final IdentityHashMap<EventLoop, ServingLoop> loops = new IdentityHashMap<>();
  private final IdentityHashMap<EventLoop, LoopConnections> connections = new IdentityHashMap<>();
  private final ConnectionLimits limits;
  private final boolean epoll;
  private final List<Channel> listening = new ArrayList<>();
  private final List<Address> addresses = new ArrayList<>();

  private StreamListener(List<ServingLoop> serving, ConnectionLimits limits) {
    this.limits = limits;
    epoll = serving.getFirst().loop.isCompatible(EpollIoHandle.class);
    for (ServingLoop each : serving) {
      loops.put(each.loop, each);
      connections.put(each.loop, new LoopConnections(each, limits));
    }
  }

  /**
   * Listens. Port 0 stands for any port, the same one on all loops.
   *
   * @throws ListenException if an address cannot be had; nothing is open then
   */
  public static StreamListener open(
      List<ServingLoop> loops, List<Address> addresses, ConnectionLimits limits)
      throws ListenException {
    StreamListener listener = new StreamListener(loops, limits);
    try {
      for (Address address : addresses) {
        listener.checkFree(loops.getFirst(), address);
      }
      for (Address address : addresses) {
        if (listener.isCoveredBy(addresses, address)) {
          listener.addresses.add(address);
        } else {
          listener.open(loops, address);
        }
      }
      return listener;
    } catch (ListenException | RuntimeException e) {
      listener.close();
      throw e;
    }
  }

  /** Only a socket that does not share its port notices another server of the same user. */
  private void checkFree(ServingLoop home, Address address) throws ListenException {
    if (epoll && address.port() != 0) {
      bind(home, address, false).close().syncUninterruptibly();
    }
  }

  /** With NIO an IPv6 wildcard takes IPv4 as well, and then nothing else can have the port. */
  private boolean isCoveredBy(List<Address> all, Address address) {
    return !epoll
        && address.port() != 0
        && address.ip() instanceof Inet4Address
        && all.stream()
            .anyMatch(
                each ->
                    each.port() == address.port()
                        && each.ip() instanceof Inet6Address
                        && each.ip().isAnyLocalAddress());
  }

  private void open(List<ServingLoop> serving, Address address) throws ListenException {
    Address chosen = address;
    for (ServingLoop home : epoll ? serving : List.of(serving.getFirst())) {
      Channel channel = bind(home, chosen, epoll);
      listening.add(channel);
      chosen = new Address(address.ip(), ((InetSocketAddress) channel.localAddress()).getPort());
    }
    addresses.add(chosen);
  }

  private Channel bind(ServingLoop home, Address address, boolean shared) throws ListenException {
    boolean ipv6 = address.ip() instanceof Inet6Address;
    SocketProtocolFamily family = ipv6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
            .childOption(ChannelOption.ALLOCATOR, home.allocator)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(LEAST_READ, FIRST_READ, MOST_READ))
            .childHandler(new Acceptance());
    if (epoll) {
      bootstrap.group(home.loop).channelFactory(() -> new EpollServerSocketChannel(family));
      bootstrap.option(UnixChannelOption.SO_REUSEPORT, shared);
      if (ipv6) {
        bootstrap.option(IPV6_ONLY, 1);
      }
    } else {
      bootstrap
          .group(home.loop, home.loop.parent())
          .channelFactory(() -> new NioServerSocketChannel(SelectorProvider.provider(), family));
    }
    ChannelFuture bound = bootstrap.bind(address.socketAddress()).awaitUninterruptibly();
    Throwable failure = bound.cause();
    if (failure != null) {
      throw ListenException.of(address, Purpose.TCP, failure);
    }
    return bound.channel();
  }

  /** Puts a {@link StreamHandler} on each new connection that is admitted. */
  @Sharable
  private final class Acceptance extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      Channel channel = ctx.channel();
      ServingLoop home = loops.get(channel.eventLoop());
      LoopConnections mine = connections.get(channel.eventLoop());
      InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
      if (home == null || mine == null || remote == null || limits.isDraining()) {
        ctx.close();
        return;
      }
      Client client = Client.of(remote, Transport.TCP);
      if (!admit(home, mine, client)) {
        ctx.close();
        return;
      }
      StreamHandler connection = new StreamHandler(home, mine, limits, channel, client);
      mine.add(connection);
      ctx.pipeline().addLast(connection);
      ctx.pipeline().remove(this);
    }
  }

  private boolean admit(ServingLoop home, LoopConnections mine, Client client) {
    Admission admission = limits.admit(client);
    if (admission == Admission.FULL) {
      home.events.limitReached(Limit.TCP_CONNECTIONS.key());
      if (mine.closeIdlest(home.time.nanos())) {
        admission = limits.admit(client);
      }
    }
    if (admission == Admission.TOO_MANY_OF_CLIENT) {
      home.events.limitReached(Limit.TCP_CONNECTIONS_PER_CLIENT.key());
    }
    return admission == Admission.ADMITTED;
  }

  /** The addresses as configured, with the ports that were chosen where 0 was asked for. */
  public List<Address> addresses() {
    return List.copyOf(addresses);
  }

  /** Connections of clients that are open. */
  public int connections() {
    return limits.connections();
  }

  /** Listening sockets, for metrics. */
  public int sockets() {
    return listening.size();
  }

  /** Takes no more connections or queries; a connection closes when its queries are answered. */
  public void stopReading() {
    limits.drain();
    closeListening();
    connections.forEach((loop, all) -> loop.execute(all::drain));
  }

  private void closeListening() {
    listening.forEach(each -> each.close().syncUninterruptibly());
    listening.clear();
  }

  /** Closes everything at once; replies that come later are counted as dropped. */
  @Override
  public void close() {
    limits.drain();
    closeListening();
    connections.forEach(
        (loop, all) -> {
          if (!loop.isShuttingDown()) {
            loop.submit(all::closeAll).syncUninterruptibly();
          }
        });
  }
}
