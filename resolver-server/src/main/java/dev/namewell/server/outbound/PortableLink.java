package dev.namewell.server.outbound;

import dev.namewell.core.port.Time;
import dev.namewell.server.runtime.ChannelTypes;
import dev.namewell.server.runtime.EventLoops;
import dev.namewell.server.runtime.SocketOptions;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A connected UDP socket as a Netty channel: runs everywhere, costs a change of thread for each
 * packet sent.
 */
final class PortableLink implements DatagramLink {
  private final ChannelFuture connected;

  private PortableLink(ChannelFuture connected) {
    this.connected = connected;
  }

  static Opener opener(EventLoops loops, Time time) {
    return new Opener() {
      @Override
      public DatagramLink open(InetSocketAddress server, InFlight arrivals) {
        return PortableLink.open(loops, time, server, arrivals);
      }

      @Override
      public String form() {
        return loops.isEpoll() ? "epoll" : "nio";
      }
    };
  }

  private static DatagramLink open(
      EventLoops loops, Time time, InetSocketAddress server, InFlight arrivals) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops.group())
            .channelFactory(ChannelTypes.datagram(loops, server.getAddress()))
            .option(ChannelOption.ALLOCATOR, loops.allocator())
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(SocketOptions.MAX_RESPONSE))
            .option(ChannelOption.SO_RCVBUF, SocketOptions.RECEIVE_BUFFER)
            .handler(new Arrivals(arrivals, time));
    if (loops.isEpoll()) {
      boolean six = server.getAddress() instanceof Inet6Address;
      bootstrap.option(
          six ? SocketOptions.MTU_DISCOVER_6 : SocketOptions.MTU_DISCOVER_4,
          SocketOptions.PMTUDISC_OMIT);
    }
    ChannelFuture connected = bootstrap.connect(server);
    connected.addListener(
        done -> {
          if (!done.isSuccess()) {
            arrivals.refuse(Failures.text(done.cause()));
          }
        });
    return new PortableLink(connected);
  }

  @Override
  public @Nullable String send(byte[] packet) {
    if (!connected.isDone()) {
      connected.addListener(_ -> write(packet));
      return null;
    }
    Throwable failure = connected.cause();
    if (failure != null) {
      return Failures.text(failure);
    }
    try {
      connected.channel().eventLoop().execute(() -> write(packet));
      return null;
    } catch (RejectedExecutionException _) {
      return NettyExchange.STOPPING;
    }
  }

  /** On the event loop, where buffers are made. */
  private void write(byte[] packet) {
    if (connected.isSuccess()) {
      ByteBuf buffer = connected.channel().alloc().directBuffer(packet.length);
      buffer.writeBytes(packet);
      connected
          .channel()
          .writeAndFlush(buffer)
          .addListener(
              sent -> {
                if (!sent.isSuccess()) {
                  connected.channel().pipeline().fireExceptionCaught(sent.cause());
                }
              });
    }
  }

  @Override
  public void close() {
    connected.addListener(
        _ -> {
          var _ = connected.channel().close();
        });
  }

  private static final class Arrivals extends SimpleChannelInboundHandler<DatagramPacket> {
    private final InFlight arrivals;
    private final Time time;

    Arrivals(InFlight arrivals, Time time) {
      this.arrivals = arrivals;
      this.time = time;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext channel, DatagramPacket packet) {
      arrivals.deliver(ByteBufUtil.getBytes(packet.content()), time.nanos());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext channel, Throwable failure) {
      arrivals.refuse(Failures.text(failure));
    }
  }
}
