package dev.namewell.server.runtime;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that serve sockets: epoll where it works, else NIO. All sockets of the server, in and
 * out, live on these. Closing ends the threads and every channel on them.
 */
public final class EventLoops implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EventLoops.class);

  /** A packet over loopback takes microseconds; a loaded machine gets a thousand times that. */
  private static final long TRIAL_SECONDS = 2;

  private static final long SHUTDOWN_SECONDS = 2;

  /** 8 KiB pages, 2^5 of them to a chunk: messages are small, and so may be the machine. */
  private static final int PAGE_SIZE = 8192;

  private static final int CHUNK_ORDER = 5;

  private final MultiThreadIoEventLoopGroup group;
  private final boolean epoll;
  private final List<IoEventLoop> loops;
  private final ByteBufAllocator allocator;

  private EventLoops(int threads, IoHandlerFactory factory, boolean epoll) {
    group =
        new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("loop", true), factory);
    this.epoll = epoll;
    List<IoEventLoop> all = new ArrayList<>();
    for (EventExecutor executor : group) {
      all.add((IoEventLoop) executor);
    }
    loops = List.copyOf(all);
    allocator =
        new PooledByteBufAllocator(
            true,
            0,
            threads,
            PAGE_SIZE,
            CHUNK_ORDER,
            PooledByteBufAllocator.defaultSmallCacheSize(),
            PooledByteBufAllocator.defaultNormalCacheSize(),
            false);
  }

  /** Starts so many loops; 0 means one for each processor. Logs which kind, and why. */
  public static EventLoops open(int threads) {
    int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    String why;
    try {
      Epoll.ensureAvailability();
      EventLoops loops = new EventLoops(count, EpollIoHandler.newFactory(), true);
      if (loops.carriesPacket()) {
        log.info("event loops: {} with epoll", count);
        return loops;
      }
      loops.close();
      why = "a packet sent over loopback did not arrive";
    } catch (RuntimeException | LinkageError e) {
      why = String.valueOf(e.getMessage());
    }
    log.info("event loops: {} with NIO, since epoll does not work here: {}", count, why);
    return portable(count);
  }

  /** Starts so many loops with NIO, whatever else there is. */
  public static EventLoops portable(int threads) {
    return new EventLoops(threads, NioIoHandler.newFactory(), false);
  }

  /**
   * Libraries of another version load and then fail at the first empty read, so nothing less than a
   * packet proves that they work.
   */
  private boolean carriesPacket() {
    CountDownLatch arrived = new CountDownLatch(1);
    Channel channel = null;
    try {
      channel =
          new Bootstrap()
              .group(loops.getFirst())
              .channelFactory(() -> new EpollDatagramChannel(SocketProtocolFamily.INET))
              .handler(new Arrival(arrived))
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .sync()
              .channel();
      ByteBuf octet = allocator.directBuffer(1).writeByte(1);
      channel.writeAndFlush(new DatagramPacket(octet, (InetSocketAddress) channel.localAddress()));
      return arrived.await(TRIAL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (Exception e) {
      log.debug("epoll trial", e);
      return false;
    } finally {
      if (channel != null) {
        channel.close();
      }
    }
  }

  private static final class Arrival extends SimpleChannelInboundHandler<DatagramPacket> {
    private final CountDownLatch arrived;

    Arrival(CountDownLatch arrived) {
      this.arrived = arrived;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
      arrived.countDown();
    }
  }

  /** The group, for Netty's bootstraps. */
  public MultiThreadIoEventLoopGroup group() {
    return group;
  }

  /** Each loop once, always in the same order. */
  public List<IoEventLoop> loops() {
    return loops;
  }

  /** True: channels must be those of {@code io.netty.channel.epoll}. False: those of NIO. */
  public boolean isEpoll() {
    return epoll;
  }

  /** The one allocator of all channels: pooled, direct. */
  public ByteBufAllocator allocator() {
    return allocator;
  }

  /** Waits until every loop has done what it has been told so far. Never on a loop. */
  public void settle() {
    for (IoEventLoop loop : loops) {
      loop.submit(() -> {}).syncUninterruptibly();
    }
  }

  @Override
  public void close() {
    group
        .shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
  }
}
