package dev.namewell.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.namewell.server.listen.TestServer.Form;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The price of an answered packet in garbage, which unlike time is the same on each machine. */
@Timeout(120)
class BatchedUdpAllocationTest {
  private static final int WARM_UP = 100_000;
  private static final int PACKETS = 200_000;

  /** In flight at once: enough for full batches, few enough for the client's buffer. */
  private static final int WINDOW = 128;

  private static final double MAX_OCTETS = 8;

  @Test
  void anAnsweredPacketAllocatesNothing() throws Exception {
    try (TestServer server = new TestServer(Form.BATCHED, 1, TestServer.ECHO, "127.0.0.1");
        DatagramChannel client = DatagramChannel.open()) {
      client.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
      client.connect(server.at("127.0.0.1"));
      long[] loopThread = new long[1];
      server
          .loops
          .loops()
          .getFirst()
          .submit(() -> loopThread[0] = Thread.currentThread().threadId())
          .sync();
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

      exchange(client, WARM_UP);
      long before = threads.getThreadAllocatedBytes(loopThread[0]);
      exchange(client, PACKETS);
      long after = threads.getThreadAllocatedBytes(loopThread[0]);

      assertThat((double) (after - before) / PACKETS).isLessThan(MAX_OCTETS);
    }
  }

  private static void exchange(DatagramChannel client, int packets) throws IOException {
    ByteBuffer message = ByteBuffer.allocateDirect(64);
    ByteBuffer reply = ByteBuffer.allocateDirect(64);
    for (int done = 0; done < packets; done += WINDOW) {
      for (int i = 0; i < WINDOW; i++) {
        client.write(message.clear());
      }
      for (int i = 0; i < WINDOW; i++) {
        client.read(reply.clear());
      }
    }
  }
}
