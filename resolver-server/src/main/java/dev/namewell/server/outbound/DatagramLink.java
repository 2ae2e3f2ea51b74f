package dev.namewell.server.outbound;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A UDP socket that is connected to a server: what arrives goes to an {@link InFlight} table. */
interface DatagramLink {
  /**
   * Sends without waiting, on any thread. A full send buffer loses the packet, as the network may.
   *
   * @return why the network refused it, or null
   */
  @Nullable String send(byte[] packet);

  /** To be called once, when no {@link #send} runs or will run. */
  void close();

  /** Opens links of one form. */
  interface Opener {
    /** Opens a link from a port that outsiders cannot predict. */
    DatagramLink open(InetSocketAddress server, InFlight arrivals) throws IOException;

    /** What this form is called in the log. */
    String form();
  }
}
