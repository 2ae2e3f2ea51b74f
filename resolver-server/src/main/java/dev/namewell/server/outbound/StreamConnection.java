package dev.namewell.server.outbound;

import dev.namewell.core.port.Time;
import dev.namewell.server.outbound.StreamExchange.Attempt;
import dev.namewell.server.outbound.StreamExchange.Loss;
import dev.namewell.server.runtime.ChannelTypes;
import dev.namewell.server.runtime.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection to a server, with several queries in flight and responses in any order (RFC
 * 7766 §6.2.1, §7). State is the event loop's own; what other threads read is volatile.
 */
final class StreamConnection extends SimpleChannelInboundHandler<ByteBuf> {
  /** Queries in flight; servers commonly stop reading beyond. */
  static final int MAX_PIPELINED = 100;

  /** Responses that nobody waits for, before the server is taken to be out of step. */
  private static final int MAX_MISMATCHES = 100;

  private static final int CONNECT_TIMEOUT_MILLIS = 4000;

  /** Unacknowledged data ends the connection: below the patience of a stub resolver. */
  private static final int USER_TIMEOUT_MILLIS = 4000;

  /** Idle time before closing, unless the server says how long it waits. */
  private static final long DEFAULT_KEPT_NANOS = 10_000_000_000L;

  /** However long a server offers to wait: a minute saves nearly all handshakes. */
  private static final long MAX_KEPT_NANOS = 60_000_000_000L;

  /** Unit of edns-tcp-keepalive (RFC 7828 §3.1). */
  private static final long KEEPALIVE_UNIT_NANOS = 100_000_000L;

  private static final int LENGTH_OCTETS = 2;
  private static final int MAX_FRAME = 0xffff + LENGTH_OCTETS;
  private static final int ID_BITS = 0xffff;

  private final Time time;
  private final RandomGenerator random;
  private final EventLoop loop;
  private final long openedNanos;
  private final Consumer<StreamConnection> onEnd;

  /** By ID. Attempts that were given up stay, so that their IDs are not used again. */
  private final Map<Integer, Attempt> sent = new HashMap<>();

  private final List<Attempt> early = new ArrayList<>();
  private @Nullable ChannelHandlerContext channel;
  private boolean flushing;
  private int abandoned;

  private final AtomicInteger load = new AtomicInteger();
  private volatile @Nullable Loss end;
  private volatile boolean suspect;
  private volatile long lastReadNanos;
  private volatile long lastUseNanos;
  private volatile long keptNanos = DEFAULT_KEPT_NANOS;
  private volatile int mismatches;

  /**
   * A connection that is not yet begun.
   *
   * @param onEnd called once on the event loop when the connection failed or ended
   */
  StreamConnection(
      Time time, RandomGenerator random, EventLoop loop, Consumer<StreamConnection> onEnd) {
    this.time = time;
    this.random = random;
    this.loop = loop;
    this.onEnd = onEnd;
    this.openedNanos = time.nanos();
    this.lastReadNanos = openedNanos;
    this.lastUseNanos = openedNanos;
  }

  /** Begins to connect; queries may be submitted at once. */
  void connect(InetSocketAddress server, EventLoops loops) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(ChannelTypes.stream(loops))
            .option(ChannelOption.ALLOCATOR, loops.allocator())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(pipeline());
    if (loops.isEpoll()) {
      bootstrap.option(EpollChannelOption.TCP_USER_TIMEOUT, USER_TIMEOUT_MILLIS);
    }
    bootstrap
        .connect(server)
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                String why = Failures.text(done.cause());
                onLoop(() -> end(new Loss(why, false)));
              }
            });
  }

  private ChannelInitializer<SocketChannel> pipeline() {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(SocketChannel opened) {
        opened
            .pipeline()
            .addLast(
                new LengthFieldBasedFrameDecoder(MAX_FRAME, 0, LENGTH_OCTETS, 0, LENGTH_OCTETS))
            .addLast(StreamConnection.this);
      }
    };
  }

  /** Takes one of the places in the pipeline. False if there is none. On any thread. */
  boolean reserve() {
    if (load.incrementAndGet() <= MAX_PIPELINED) {
      return true;
    }
    load.decrementAndGet();
    return false;
  }

  /** Sends on a reserved place; {@link #finish} must follow. On any thread. */
  Attempt submit(StreamExchange exchange) {
    long now = time.nanos();
    lastUseNanos = now;
    Attempt attempt = new Attempt(exchange, this, now);
    if (!onLoop(() -> start(attempt))) {
      attempt.lost(new Loss(NettyExchange.STOPPING, false));
    }
    return attempt;
  }

  /** Gives the place back, answered or not. On any thread. */
  void finish(Attempt attempt) {
    lastUseNanos = time.nanos();
    boolean drained = load.decrementAndGet() == 0;
    if (attempt.loss() == null && attempt.exchange.response() == null) {
      onLoop(this::countAbandoned);
    }
    if (drained && suspect) {
      close("not trusted any more");
    }
  }

  int load() {
    return load.get();
  }

  int mismatches() {
    return mismatches;
  }

  long openedNanos() {
    return openedNanos;
  }

  long lastReadNanos() {
    return lastReadNanos;
  }

  boolean isUsable() {
    return end == null && !suspect;
  }

  /**
   * The server said how long it keeps an idle connection.
   *
   * @param keepalive in units of 100 ms; 0: nothing more is to be sent (RFC 7828 §3.4)
   */
  void keepFor(int keepalive) {
    keptNanos = Math.min(keepalive * KEEPALIVE_UNIT_NANOS, MAX_KEPT_NANOS);
  }

  /**
   * Usable, and not so long idle that the server, or a box on the way, may be about to drop it:
   * some were seen to do so silently (blocky#2238).
   */
  boolean mayBeUsedAgain(long nowNanos) {
    return isUsable() && idleNanos(nowNanos) < keptNanos / 5 * 4;
  }

  /** Nobody used it for as long as it is kept. */
  boolean isOverdue(long nowNanos) {
    return load.get() == 0 && idleNanos(nowNanos) >= keptNanos;
  }

  /** Time without a query in flight. */
  private long idleNanos(long nowNanos) {
    return load.get() > 0 ? 0 : nowNanos - lastUseNanos;
  }

  /** No new queries, until something is read again. */
  void suspect() {
    suspect = true;
  }

  /** On any thread. What is in flight may be tried again elsewhere. */
  void close(String why) {
    onLoop(() -> end(new Loss(why, true)));
  }

  /** False if the event loop has ended. */
  private boolean onLoop(Runnable task) {
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException _) {
      return false;
    }
  }

  private void start(Attempt attempt) {
    Loss ended = end;
    ChannelHandlerContext ready = channel;
    if (ended != null) {
      attempt.lost(ended);
    } else if (ready == null) {
      early.add(attempt);
    } else {
      write(ready, attempt);
    }
  }

  private void write(ChannelHandlerContext ready, Attempt attempt) {
    int id = random.nextInt() & ID_BITS;
    while (sent.putIfAbsent(id, attempt) != null) {
      id = random.nextInt() & ID_BITS;
    }
    byte[] query = attempt.exchange.query;
    ByteBuf frame = ready.alloc().directBuffer(LENGTH_OCTETS + query.length);
    frame.writeShort(query.length).writeShort(id);
    frame.writeBytes(query, Short.BYTES, query.length - Short.BYTES);
    var _ = ready.write(frame, ready.voidPromise());
    if (!flushing) { // behind what is queued already: one segment for many queries
      flushing = true;
      loop.execute(
          () -> {
            flushing = false;
            ready.flush();
          });
    }
  }

  private void countAbandoned() {
    abandoned++;
    if (abandoned >= MAX_PIPELINED) {
      suspect = true;
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext opened) {
    channel = opened;
    lastReadNanos = time.nanos();
    early.forEach(attempt -> write(opened, attempt));
    early.clear();
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  protected void channelRead0(ChannelHandlerContext from, ByteBuf frame) {
    long now = time.nanos();
    byte[] message = ByteBufUtil.getBytes(frame);
    if (Matching.isResponse(message)) {
      int id = Matching.id(message);
      Attempt attempt = sent.get(id);
      if (attempt != null && attempt.exchange.accepts(message)) {
        sent.remove(id);
        lastReadNanos = now;
        suspect = abandoned >= MAX_PIPELINED;
        attempt.exchange.answered(message, this, now);
        return;
      }
    }
    mismatches = mismatches + 1;
    if (mismatches > MAX_MISMATCHES) {
      end(new Loss("responses to no query", true));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext closed) {
    end(new Loss("connection closed by the server", true));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
    end(new Loss(Failures.text(failure), true));
  }

  private void end(Loss why) {
    if (end != null) {
      return;
    }
    end = why;
    onEnd.accept(this);
    early.forEach(attempt -> attempt.lost(why));
    early.clear();
    sent.values().forEach(attempt -> attempt.lost(why));
    sent.clear();
    ChannelHandlerContext open = channel;
    if (open != null) {
      var _ = open.close();
    }
  }
}
