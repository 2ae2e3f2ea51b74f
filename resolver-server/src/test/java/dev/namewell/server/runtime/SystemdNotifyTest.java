package dev.namewell.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.testing.Requires;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the service manager hears. */
class SystemdNotifyTest {
  private static final int PATIENCE_SECONDS = 20;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLifeOfAServer(boolean isAbstract) throws Exception {
    Requires.that(Epoll.isAvailable(), "Netty's epoll transport is not available");
    String path =
        isAbstract ? "\0namewell-" + folder.getFileName() : folder.resolve("n").toString();
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    MultiThreadIoEventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    try {
      Channel manager =
          new Bootstrap()
              .group(loop)
              .channel(EpollDomainDatagramChannel.class)
              .handler(new Listener(heard))
              .bind(new DomainSocketAddress(path))
              .sync()
              .channel();
      String variable = isAbstract ? "@" + path.substring(1) : path;
      SystemdNotify systemd = SystemdNotify.of(Map.of("NOTIFY_SOCKET", variable));
      systemd.ready("answering on\n127.0.0.1:53");
      systemd.reloading();
      systemd.stopping();
      assertThat(next(heard)).isEqualTo("READY=1\nSTATUS=answering on 127.0.0.1:53");
      assertThat(next(heard)).matches("RELOADING=1\nMONOTONIC_USEC=\\d+");
      assertThat(next(heard)).isEqualTo("STOPPING=1");
      manager.close().sync();
    } finally {
      loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    }
  }

  private static String next(BlockingQueue<String> heard) throws InterruptedException {
    return String.valueOf(heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  @Test
  void withoutAServiceManagerNothingHappens() {
    SystemdNotify.of(Map.of()).ready("x");
    SystemdNotify.of(Map.of("NOTIFY_SOCKET", "")).stopping();
    SystemdNotify.of(Map.of("NOTIFY_SOCKET", "/nowhere/notify")).ready("x");
    SystemdNotify.of(Map.of("NOTIFY_SOCKET", "/" + "x".repeat(200))).ready("x");
    SystemdNotify.of(Map.of("NOTIFY_SOCKET", "vsock:2:1234")).ready("x");
  }

  /** Keeps what it hears. */
  private static final class Listener extends SimpleChannelInboundHandler<DomainDatagramPacket> {
    private final BlockingQueue<String> heard;

    Listener(BlockingQueue<String> heard) {
      this.heard = heard;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
      heard.add(packet.content().toString(StandardCharsets.UTF_8));
    }
  }
}
