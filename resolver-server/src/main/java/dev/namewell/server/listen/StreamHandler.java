package dev.namewell.server.listen;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.engine.ReplySink;
import dev.namewell.core.port.Events.DropReason;
import dev.namewell.core.port.Events.Part;
import dev.namewell.core.settings.Limit;
import dev.namewell.server.listen.LateReply.Outlet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection: messages of two octets of length and so many more (RFC 7766 §8), answered in any
 * order. All replies to one read leave in one write. Reading stops while too many queries are in
 * work or the client does not take its replies.
 */
final class StreamHandler extends ChannelInboundHandlerAdapter implements Outlet {
  /** Longer than any resolution takes: then its reply is lost by a defect. */
  private static final long LONGEST_WORK_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final int LENGTH_OCTETS = 2;

  /** Replies gathered before they are handed to the channel. */
  private static final int GATHERED = 64 << 10;

  private static final int FIRST_REPLIES = 1024;

  /** Beyond the receive buffer and a message nothing can be waiting, so nobody gets there. */
  private static final int MOST_CARRIED = 1 << 20;

  // The links of LoopConnections.
  @Nullable StreamHandler older;
  @Nullable StreamHandler newer;
  boolean listed;

  private final ServingLoop home;
  private final LoopConnections connections;
  private final ConnectionLimits limits;
  private final Channel channel;
  private final Client client;
  private final ReplySink sink = new NowSink();
  private @Nullable ByteBuf carried;
  private @Nullable ByteBuf replies;
  private long lastActivity;
  private int inWork;
  private boolean asked;
  private boolean stalled;
  private boolean inputClosed;
  private boolean ending;
  private boolean rearming;
  private boolean closed;
  private boolean waitingForFlush;

  StreamHandler(
      ServingLoop home,
      LoopConnections connections,
      ConnectionLimits limits,
      Channel channel,
      Client client) {
    this.home = home;
    this.connections = connections;
    this.limits = limits;
    this.channel = channel;
    this.client = client;
    lastActivity = home.time.nanos();
  }

  long quietNanos(long now) {
    return now - lastActivity;
  }

  /** True if nothing would be lost by closing, but for a query just being sent. */
  boolean isIdle(long now) {
    return inWork == 0
        && replies == null
        && channel.isWritable()
        && quietNanos(now) >= ConnectionLimits.LEAST_IDLE_NANOS;
  }

  /** True if the connection has had its time. A client that takes no replies counts as idle. */
  boolean isExpired(long now, long idleNanos) {
    long quiet = quietNanos(now);
    if (!asked) {
      return quiet >= Math.min(ConnectionLimits.FIRST_QUERY_NANOS, idleNanos);
    }
    boolean working = inWork > 0 && channel.isWritable();
    return quiet >= (working ? LONGEST_WORK_NANOS : idleNanos);
  }

  private void touch(long now) {
    lastActivity = now;
    connections.touch(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (closed || ending) {
      in.release();
      return;
    }
    ByteBuf before = carried;
    carried = null;
    if (before != null) {
      try {
        before.writeBytes(in);
      } finally {
        in.release();
      }
      in = before;
    }
    takeQueries(in);
  }

  /** Handles every complete message of {@code in}, keeps the rest, releases {@code in}. */
  private void takeQueries(ByteBuf in) {
    long now = home.time.nanos();
    try {
      while (!ending && in.readableBytes() >= LENGTH_OCTETS) {
        int length = in.getUnsignedShort(in.readerIndex());
        if (length == 0) {
          // Not a message, so what follows cannot be trusted to be one.
          endAfterReplies();
          return;
        }
        if (in.readableBytes() < LENGTH_OCTETS + length) {
          break;
        }
        if (isOverloaded()) {
          stall();
          break;
        }
        in.skipBytes(LENGTH_OCTETS).readBytes(home.query, 0, length);
        asked = true;
        touch(now);
        handle(length, now);
      }
    } finally {
      keepRest(in);
    }
  }

  private void handle(int length, long now) {
    try {
      home.handler.handle(home.query, length, client, sink, now);
    } catch (RuntimeException defect) {
      home.events.defect(Part.TCP, "query", defect);
    }
  }

  private boolean isOverloaded() {
    return inWork >= limits.pipeline() || !channel.isWritable();
  }

  private void stall() {
    if (!stalled) {
      stalled = true;
      channel.config().setAutoRead(false);
      if (inWork >= limits.pipeline()) {
        home.events.limitReached(Limit.TCP_PIPELINE.key());
      }
    }
  }

  private void keepRest(ByteBuf in) {
    int rest = in.readableBytes();
    if (rest > 0 && rest <= MOST_CARRIED && !closed && !ending) {
      // Small, since the buffer of a read may be large; it grows as octets really come.
      carried = home.allocator.directBuffer(Math.max(rest, 64)).writeBytes(in);
    } else if (rest > MOST_CARRIED) {
      close();
    }
    in.release();
  }

  /** Takes up what was left when too much was in work. */
  private void resume() {
    if (!stalled || closed || isOverloaded()) {
      return;
    }
    stalled = false;
    ByteBuf rest = carried;
    carried = null;
    if (rest != null) {
      takeQueries(rest);
    }
    if (!stalled && !ending && !inputClosed) {
      channel.config().setAutoRead(true);
    }
    flushReplies();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    flushReplies();
    if (!closed && !channel.isWritable()) {
      stall();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (!closed && channel.isWritable()) {
      touch(home.time.nanos());
      if (stalled) {
        // Later: this comes from within a flush.
        home.loop.execute(this::resume);
      }
    }
  }

  private void append(byte[] reply, int length) {
    if (replies != null && replies.readableBytes() > GATHERED) {
      channel.write(replies, channel.voidPromise());
      replies = null;
    }
    if (replies == null) {
      replies = home.allocator.directBuffer(Math.max(FIRST_REPLIES, LENGTH_OCTETS + length));
    }
    replies.writeShort(length).writeBytes(reply, 0, length);
  }

  @Override
  public void flushReplies() {
    if (closed || rearming || (replies == null && !isFinished())) {
      return;
    }
    if (inputClosed && channel instanceof EpollSocketChannel) {
      rearm();
    } else {
      writeReplies();
    }
  }

  private boolean isFinished() {
    return inWork == 0 && !stalled && (inputClosed || ending || limits.isDraining());
  }

  private void writeReplies() {
    ByteBuf gathered = replies;
    replies = null;
    if (isFinished()) {
      ending = true;
      channel
          .writeAndFlush(gathered == null ? Unpooled.EMPTY_BUFFER : gathered)
          .addListener(ChannelFutureListener.CLOSE);
    } else if (gathered != null) {
      channel.writeAndFlush(gathered, channel.voidPromise());
    }
  }

  /**
   * Registers the channel anew, then writes. With nothing more to read Netty 4.2.18 takes the
   * socket out of epoll, and fails when it then has to wait for room to write.
   */
  private void rearm() {
    rearming = true;
    channel
        .deregister()
        .addListener(
            _ -> {
              ChannelPromise registered = channel.newPromise();
              registered.addListener(
                  done -> {
                    rearming = false;
                    if (!done.isSuccess()) {
                      close();
                    } else if (!closed) {
                      writeReplies();
                    }
                  });
              channel.unsafe().register(home.loop, registered);
            });
  }

  @Override
  public boolean markWaiting(boolean now) {
    boolean before = waitingForFlush;
    waitingForFlush = now;
    return before;
  }

  private void endAfterReplies() {
    ending = true;
    channel.config().setAutoRead(false);
    if (inWork == 0) {
      flushReplies();
    }
  }

  /** Takes no more queries, and closes when those in work are answered. */
  void drain() {
    stalled = false;
    endAfterReplies();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      // The client asked all it wanted and waits for the rest (RFC 7766 §6.2.4).
      inputClosed = true;
      flushReplies();
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A client may leave at any time; nothing else raises IOException here.
    if (!(cause instanceof IOException)) {
      home.events.defect(Part.TCP, "connection", cause);
    }
    close();
  }

  /** Closes at once. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    connections.remove(this);
    limits.release(client);
    if (carried != null) {
      carried.release();
      carried = null;
    }
    if (replies != null) {
      replies.release();
      replies = null;
    }
    channel.close();
  }

  /** The sink while a query is being handled. */
  private final class NowSink implements ReplySink {
    @Override
    public void send(byte[] reply, int length) {
      if (closed) {
        home.events.dropped(DropReason.CLIENT_GONE, Transport.TCP);
      } else {
        append(reply, length);
      }
    }

    @Override
    public void drop(DropReason why) {
      // Nothing was set aside for it.
    }

    @Override
    public ReplySink detach() {
      inWork++;
      return new Detached();
    }
  }

  private final class Detached extends LateReply {
    Detached() {
      super(home.replies);
    }

    @Override
    Transport transport() {
      return Transport.TCP;
    }

    @Override
    @Nullable Outlet deliver(byte @Nullable [] reply) {
      inWork--;
      if (closed) {
        if (reply != null) {
          home.events.dropped(DropReason.CLIENT_GONE, Transport.TCP);
        }
        return null;
      }
      if (reply != null) {
        append(reply, reply.length);
        touch(home.time.nanos());
      }
      if (stalled) {
        resume();
      }
      return StreamHandler.this;
    }
  }
}
