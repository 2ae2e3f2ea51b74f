package dev.namewell.server.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.ExchangeResult;
import dev.namewell.core.port.Task;
import dev.namewell.server.runtime.EventLoops;
import dev.namewell.server.runtime.SecureRandomness;
import dev.namewell.server.runtime.VirtualTasks;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** An exchange over sockets of one form, and the event loops under it. */
final class ExchangeFixture implements AutoCloseable {
  /** For what must happen: long enough for a loaded machine. */
  static final Duration PATIENT = Duration.ofSeconds(10);

  /** For what must not happen. */
  static final Duration SHORT = Duration.ofMillis(200);

  static final OutboundLimits LIMITS = new OutboundLimits(4096, 1000, 64);

  final VirtualTasks tasks = VirtualTasks.beside();
  final ShiftedTime time = new ShiftedTime();
  final NettyExchange exchange;
  private final EventLoops loops;

  ExchangeFixture(SocketForm form) {
    this(form, LIMITS);
  }

  ExchangeFixture(SocketForm form, OutboundLimits limits) {
    this(form, limits, new SecureRandomness());
  }

  ExchangeFixture(SocketForm form, OutboundLimits limits, RandomGenerator random) {
    assumeTrue(form.isAvailable(), () -> form + " sockets do not run on this machine");
    loops = form.loops();
    exchange = new NettyExchange(loops, time, random, limits, form.opener(loops, time));
  }

  /** Sends on a virtual thread and waits for the end. */
  ExchangeResult ask(Endpoint server, Transport transport, byte[] query, Duration timeout) {
    return result(start(server, transport, query, timeout));
  }

  Task<ExchangeResult> start(Endpoint server, Transport transport, byte[] query, Duration timeout) {
    return tasks.start("ask", () -> exchange.send(server, transport, query, timeout));
  }

  static ExchangeResult result(Task<ExchangeResult> task) {
    return switch (task.await(PATIENT.multipliedBy(3))) {
      case Task.Done<ExchangeResult>(ExchangeResult value) -> value;
      case Task.Threw<ExchangeResult>(Throwable defect) -> throw new AssertionError(defect);
      case Task.StillRunning<ExchangeResult> _ -> throw new AssertionError("still running");
    };
  }

  static ExchangeResult.Response response(ExchangeResult result) {
    assertThat(result).isInstanceOf(ExchangeResult.Response.class);
    return (ExchangeResult.Response) result;
  }

  /** Waits for what other threads bring about. */
  static void eventually(BooleanSupplier happened) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENT.toNanos();
    while (!happened.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Override
  public void close() {
    exchange.close();
    loops.close();
  }
}
