package dev.namewell.server.listen;

import dev.namewell.core.settings.Address;
import dev.namewell.server.runtime.ListenException;
import dev.namewell.server.runtime.ListenException.Purpose;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * UDP over Netty's own datagram channels, one or more sockets for each local address: such a socket
 * cannot choose the source of a reply, so a wildcard becomes all addresses there are, looked for
 * again every ten seconds.
 */
final class PortableUdp implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PortableUdp.class);
  private static final Duration RESCAN = Duration.ofSeconds(10);

  /** Datagrams of one read with epoll: more gained nothing. */
  private static final int BATCH = 16;

  /** Replies held while the socket takes none; octets. */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(512 << 10, 1 << 20);

  private static final IntegerUnixChannelOption IP_MTU_DISCOVER =
      new IntegerUnixChannelOption("IP_MTU_DISCOVER", 0, 10);
  private static final IntegerUnixChannelOption IPV6_MTU_DISCOVER =
      new IntegerUnixChannelOption("IPV6_MTU_DISCOVER", 41, 23);
  private static final IntegerUnixChannelOption IPV6_ONLY =
      new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);

  /** No DF, no belief in small path MTUs (RFC 9715 §3.1). */
  private static final int PMTUDISC_OMIT = 5;

  private final List<ServingLoop> loops;
  private final boolean epoll;
  private final Map<String, List<Channel>> channels = new ConcurrentHashMap<>();
  private final List<Address> wildcards = new ArrayList<>();
  private volatile boolean stopped;
  private volatile boolean paused;

  PortableUdp(List<ServingLoop> loops, boolean epoll) {
    this.loops = loops;
    this.epoll = epoll;
  }

  /**
   * Listens on an address, or for a wildcard on all addresses of its family.
   *
   * @return the address with the port that was chosen if 0 was asked for
   */
  Address open(Address address) throws ListenException {
    if (!address.ip().isAnyLocalAddress()) {
      return new Address(address.ip(), bind(address));
    }
    int port = address.port();
    try {
      for (InetAddress local : LocalAddresses.like(address.ip()).values()) {
        try {
          port = bind(new Address(local, port));
        } catch (ListenException e) {
          if (!e.isForeignAddress()) {
            throw e;
          }
          // An IPv6 address that is still being checked for duplicates (RFC 4862 §5.4).
          log.debug("not yet listening on {}", local, e);
        }
      }
    } catch (ListenException e) {
      throw e;
    } catch (IOException e) {
      throw ListenException.of(address, Purpose.UDP, e);
    }
    Address chosen = new Address(address.ip(), port);
    wildcards.add(chosen);
    return chosen;
  }

  /** Begins to look for addresses that come and go. To be called when all addresses are open. */
  void start() {
    if (!wildcards.isEmpty()) {
      Thread.ofVirtual().name("udp-addresses").start(this::rescanUntilStopped);
    }
  }

  private void rescanUntilStopped() {
    while (!stopped) {
      try {
        Thread.sleep(RESCAN);
      } catch (InterruptedException e) {
        return;
      }
      for (Address wildcard : wildcards) {
        rescan(wildcard);
      }
    }
  }

  /** Opens sockets for addresses that are new, closes those whose address is gone. */
  void rescan(Address wildcard) {
    try {
      Map<String, InetAddress> now = LocalAddresses.like(wildcard.ip());
      for (InetAddress local : now.values()) {
        Address address = new Address(local, wildcard.port());
        if (!stopped && !paused && !channels.containsKey(address.toString())) {
          bindLater(address);
        }
      }
      for (Map.Entry<String, List<Channel>> open : Map.copyOf(channels).entrySet()) {
        InetSocketAddress local = (InetSocketAddress) open.getValue().getFirst().localAddress();
        boolean sameKind =
            local.getPort() == wildcard.port()
                && local.getAddress() instanceof Inet6Address
                    == wildcard.ip() instanceof Inet6Address;
        if (sameKind && !now.containsKey(local.getAddress().getHostAddress())) {
          log.info("no longer listening on {}: the address is gone", open.getKey());
          channels.remove(open.getKey());
          open.getValue().forEach(Channel::close);
        }
      }
    } catch (IOException e) {
      log.warn("cannot list the network interfaces: {}", e.getMessage());
    }
  }

  private void bindLater(Address address) {
    try {
      bind(address);
      log.info("listening on {} (UDP): the address is new", address);
    } catch (ListenException e) {
      log.debug("{}", e.getMessage());
    }
  }

  private int bind(Address address) throws ListenException {
    List<Channel> opened = new ArrayList<>();
    int port = address.port();
    // NIO has one socket: how the kernel shares out a port is Linux' own.
    List<ServingLoop> sharing = epoll ? loops : List.of(loops.getFirst());
    for (ServingLoop home : sharing) {
      try {
        Channel channel =
            bootstrap(home, address.ip() instanceof Inet6Address)
                .bind(new InetSocketAddress(address.ip(), port))
                .syncUninterruptibly()
                .channel();
        port = ((InetSocketAddress) channel.localAddress()).getPort();
        opened.add(channel);
      } catch (Exception e) {
        opened.forEach(Channel::close);
        throw ListenException.of(address, Purpose.UDP, e);
      }
    }
    channels.put(new Address(address.ip(), port).toString(), opened);
    return port;
  }

  private Bootstrap bootstrap(ServingLoop home, boolean ipv6) {
    SocketProtocolFamily family = ipv6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
    int datagrams = epoll ? BATCH : 1;
    Bootstrap bootstrap =
        new Bootstrap()
            .group(home.loop)
            .option(ChannelOption.ALLOCATOR, home.allocator)
            .option(ChannelOption.SO_RCVBUF, UdpListener.SOCKET_BUFFER)
            .option(ChannelOption.SO_SNDBUF, UdpListener.SOCKET_BUFFER)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(ServingLoop.SLOT * datagrams))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new DatagramHandler(home, channel));
                  }
                });
    if (!epoll) {
      return bootstrap.channelFactory(() -> new NioDatagramChannel(family));
    }
    bootstrap
        .channelFactory(() -> new EpollDatagramChannel(family))
        .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, ServingLoop.SLOT)
        .option(UnixChannelOption.SO_REUSEPORT, true)
        .option(ipv6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER, PMTUDISC_OMIT);
    return ipv6 ? bootstrap.option(IPV6_ONLY, 1) : bootstrap;
  }

  /** Sockets that are open. */
  int sockets() {
    return channels.values().stream().mapToInt(List::size).sum();
  }

  void stopReading() {
    paused = true;
    channels.values().forEach(all -> all.forEach(PortableUdp::stopReading));
  }

  /** On the loop itself: from elsewhere, a read that is already asked for is still carried out. */
  private static void stopReading(Channel channel) {
    channel.eventLoop().execute(() -> channel.config().setAutoRead(false));
  }

  @Override
  public void close() {
    stopped = true;
    channels.values().forEach(all -> all.forEach(each -> each.close().syncUninterruptibly()));
    channels.clear();
  }
}
