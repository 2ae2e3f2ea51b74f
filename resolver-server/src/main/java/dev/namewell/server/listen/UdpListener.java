package dev.namewell.server.listen;

import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.ServiceSettings.UdpForm;
import dev.namewell.server.runtime.ListenException;
import dev.namewell.server.runtime.ListenException.Purpose;
import dev.namewell.server.runtime.UdpFd;
import io.netty.channel.epoll.EpollIoHandle;
import java.io.IOException;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes queries over UDP on any number of addresses. A reply always leaves from the address that
 * the query was sent to.
 */
public final class UdpListener implements AutoCloseable {
  /** Octets asked for: at 20 000 queries a second the default holds no more than 10 ms of them. */
  static final int SOCKET_BUFFER = 4 << 20;

  private static final Logger log = LoggerFactory.getLogger(UdpListener.class);

  private final List<ServingLoop> loops;
  private final UdpForm form;
  private final List<Address> addresses = new ArrayList<>();
  private final List<BatchedUdp> batched = new ArrayList<>();
  private final PortableUdp portable;

  private UdpListener(List<ServingLoop> loops, UdpForm form) {
    this.loops = loops;
    this.form = form;
    portable = new PortableUdp(loops, isEpoll(loops));
  }

  /**
   * Listens. Port 0 stands for any port, the same one on all loops.
   *
   * @throws ListenException if an address cannot be had; nothing is open then
   * @throws IOException if the form cannot be had, with the reason in words
   */
  public static UdpListener open(List<ServingLoop> loops, List<Address> addresses, UdpForm form)
      throws IOException {
    UdpListener listener = new UdpListener(loops, choose(loops, form));
    try {
      listener.openAll(addresses);
      return listener;
    } catch (ListenException | RuntimeException e) {
      listener.close();
      throw e;
    }
  }

  private static boolean isEpoll(List<ServingLoop> loops) {
    return loops.getFirst().loop.isCompatible(EpollIoHandle.class);
  }

  private static UdpForm choose(List<ServingLoop> loops, UdpForm asked) throws IOException {
    String portable = isEpoll(loops) ? "portable, with epoll" : "portable, with NIO";
    if (asked == UdpForm.PORTABLE) {
      log.info("UDP sockets: {}, as configured", portable);
      return asked;
    }
    Optional<String> failure =
        isEpoll(loops)
            ? UdpTrial.failure(loops.getFirst())
            : Optional.of("the event loops have no epoll");
    if (failure.isEmpty()) {
      log.info("UDP sockets: batched");
      return UdpForm.BATCHED;
    }
    if (asked == UdpForm.BATCHED) {
      throw new IOException(
          "batched UDP sockets, as configured, do not work here: "
              + failure.get()
              + "; `udp: auto` takes portable ones then");
    }
    log.info("UDP sockets: {}; batched ones do not work here: {}", portable, failure.get());
    return UdpForm.PORTABLE;
  }

  private void openAll(List<Address> asked) throws ListenException {
    if (isEpoll(loops)) {
      for (Address address : asked) {
        checkFree(address);
      }
    }
    for (Address address : asked) {
      addresses.add(form == UdpForm.BATCHED ? openBatched(address) : portable.open(address));
    }
    for (BatchedUdp channel : batched) {
      channel.start();
    }
    portable.start();
  }

  /**
   * Sockets that share a port would share it with another server of the same user as well, and take
   * only some of the queries. So the port must first be had alone.
   */
  private static void checkFree(Address address) throws ListenException {
    if (address.port() == 0) {
      return;
    }
    try {
      UdpFd alone = UdpFd.open(address.ip() instanceof Inet6Address);
      try {
        alone.bind(address.socketAddress());
      } finally {
        alone.close();
      }
    } catch (IOException | RuntimeException e) {
      throw ListenException.of(address, Purpose.UDP, e);
    }
  }

  private Address openBatched(Address address) throws ListenException {
    Address chosen = address;
    for (ServingLoop home : loops) {
      try {
        UdpFd socket = UdpFd.listen(chosen.socketAddress(), chosen.ip().isAnyLocalAddress());
        socket.askForBuffers(SOCKET_BUFFER);
        BatchedUdp channel = new BatchedUdp(home, socket);
        channel.pipeline().addLast(new BatchHandler(home, channel, home.handler));
        batched.add(channel);
        chosen = new Address(address.ip(), channel.port());
      } catch (IOException | RuntimeException e) {
        throw ListenException.of(address, Purpose.UDP, e);
      }
    }
    return chosen;
  }

  /** Which form was chosen: batched or portable. */
  public UdpForm form() {
    return form;
  }

  /** The addresses as configured, with the ports that were chosen where 0 was asked for. */
  public List<Address> addresses() {
    return List.copyOf(addresses);
  }

  /** Sockets that are open, for metrics; from any thread. */
  public int sockets() {
    return batched.size() + portable.sockets();
  }

  /** Takes no more queries; replies still go out. */
  public void stopReading() {
    batched.forEach(each -> each.config().setAutoRead(false));
    portable.stopReading();
  }

  /** Sends what is ready and closes all sockets; later replies are counted as dropped. */
  @Override
  public void close() {
    for (ServingLoop home : loops) {
      if (!home.loop.isShuttingDown()) {
        home.loop.submit(home.replies::deliverAll).syncUninterruptibly();
      }
    }
    for (BatchedUdp channel : batched) {
      if (channel.isRegistered()) {
        channel.close().syncUninterruptibly();
      } else {
        channel.unsafe().closeForcibly();
      }
    }
    batched.clear();
    portable.close();
  }
}
