package dev.namewell.server.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Failure.Reason;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.engine.Engine.Traced;
import dev.namewell.core.resolve.Trail;
import dev.namewell.core.resolve.Trail.Step;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a resolution went, as a person and a program read it. */
class TrailTextTest {
  private static final Question QUESTION = Question.of(DnsName.parse("www.example."), RecordType.A);
  private static final Endpoint SERVER = new Endpoint(new InetSocketAddress("192.0.2.1", 53));
  private static final long MILLIS = 1_000_000;

  private static Traced failed(Reason reason, Step... steps) {
    Trail trail = new Trail();
    Arrays.asList(steps).forEach(trail::add);
    Failure failure = new Failure(reason, new ExtendedError(ExtendedError.OTHER, "this is why"));
    return new Traced(failure, trail, Duration.ofMillis(7));
  }

  @Test
  void anUpstreamIsOfNoZone() {
    Traced traced =
        failed(
            Reason.SERVER_FAILURE,
            new Step(0, null, QUESTION, SERVER, Transport.UDP, "no response", 5 * MILLIS),
            new Step(0, null, QUESTION, SERVER, Transport.TCP, "REFUSED", 2 * MILLIS));

    assertThat(TrailText.tree(QUESTION, traced))
        .isEqualTo(
            """
            www.example. IN A
              upstream 192.0.2.1:53: www.example. A? no response (5 ms)
              upstream 192.0.2.1:53 over TCP: www.example. A? REFUSED (2 ms)
            = SERVFAIL: this is why, 7 ms, 1 server asked
            """);
    assertThat(TrailText.json(QUESTION, traced))
        .contains("{\"depth\":0,\"server\":\"192.0.2.1:53\",\"transport\":\"tcp\",\"asked\":");
  }

  @Test
  void aServerOfAZoneIsNamedWithItAndACopyIsNobodyAsked() {
    DnsName zone = DnsName.parse("example.");
    Traced traced =
        failed(
            Reason.DEADLINE,
            new Step(0, DnsName.ROOT, QUESTION, null, null, "referral to example.", 0),
            new Step(1, zone, QUESTION, SERVER, Transport.UDP, "no response", 2 * MILLIS));

    assertThat(TrailText.tree(QUESTION, traced))
        .contains("  . at the copy here: www.example. A? referral to example. (0 ms)\n")
        .contains("    example. at 192.0.2.1:53: www.example. A? no response (2 ms)\n")
        .endsWith(", 1 server asked\n");
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void whatIsBogusSaysSoAndEveryOtherFailureIsServfail(Reason reason) {
    String word = reason == Reason.BOGUS ? "BOGUS" : "SERVFAIL";

    assertThat(TrailText.tree(QUESTION, failed(reason)))
        .contains("\n= " + word + ": this is why, 7 ms, 0 servers asked\n");
  }
}
