package dev.namewell.server.testing;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Hears what a service tells its manager (sd_notify(3)). */
public final class ServiceManager implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final MultiThreadIoEventLoopGroup loop;

  /**
   * @param path of its socket, or an abstract name after a null character
   */
  public ServiceManager(String path) {
    Requires.that(Epoll.isAvailable(), "Netty's epoll transport is not available");
    loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    new Bootstrap()
        .group(loop)
        .channel(EpollDomainDatagramChannel.class)
        .handler(new Listener())
        .bind(new DomainSocketAddress(path))
        .syncUninterruptibly();
  }

  /** The next message; "null" if there is none within a minute. */
  public String next() throws InterruptedException {
    return String.valueOf(heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** Keeps what it hears. */
  private final class Listener extends SimpleChannelInboundHandler<DomainDatagramPacket> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
      heard.add(packet.content().toString(StandardCharsets.UTF_8));
    }
  }
}
