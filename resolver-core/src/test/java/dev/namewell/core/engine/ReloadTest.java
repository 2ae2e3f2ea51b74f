package dev.namewell.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.cache.CachedAnswer;
import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.resolve.Resolutions.Asker;
import dev.namewell.core.resolve.Resolutions.Means;
import dev.namewell.core.resolve.Resolutions.Start;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SignedZones;
import dev.namewell.core.sim.SimulatedTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;

/** A query that has read the plan before a reload, and begins to resolve after it. */
class ReloadTest {
  private static final Question QUESTION = Question.of(DnsName.parse("www.zone."), RecordType.A);

  private final Internet net = new Internet(40);
  private final SignedZones zones = new SignedZones(SimulatedTime.BEGINNING);
  private final List<CachedAnswer> woken = new ArrayList<>();

  /** The zone has a DS record, and its server a copy without signatures. */
  @BeforeEach
  void plant() {
    zones.plantRoot(
        net,
        """
        zone. 86400 IN NS ns.zone.
        ns.zone. 86400 IN A 192.0.2.1
        """,
        zones.ds("zone."));
    net.server("192.0.2.1")
        .zone(
            """
            zone. 900 IN SOA ns.zone. host. 1 7200 3600 1209600 300
            zone. 3600 IN NS ns.zone.
            ns.zone. 3600 IN A 192.0.2.1
            www.zone. 600 IN A 192.0.2.80
            """);
    assertThat(net.resolve("ns.zone.").rcode()).isEqualTo(Rcode.NOERROR);
  }

  @AfterEach
  void end() {
    net.close();
  }

  private Means beforeValidationIsSwitchedOn() {
    Means means = net.world().engine().plan().means();
    net.reload(new ValidationSettings(Mode.ON, List.of(zones.anchor(".")), List.of(), true));
    return means;
  }

  @Test
  void whatItFindsUnprovedIsGoodForItselfOnly() {
    Means means = beforeValidationIsSwitchedOn();

    Start start =
        net.world()
            .engine()
            .resolutions()
            .start(
                QUESTION,
                (result, source) -> woken.add(result),
                new Asker(new Client(Transport.UDP), false),
                means,
                false);
    net.world().pass(Duration.ofSeconds(1));

    assertThat(start).isEqualTo(Start.WAITING);
    assertThat(woken).singleElement().extracting(CachedAnswer::failure).isNull();
    assertThat(net.resolve("www.zone.").rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void soIsWhatItRenews() {
    Means means = beforeValidationIsSwitchedOn();

    net.world()
        .engine()
        .resolutions()
        .refresh(QUESTION, new Asker(new Client(Transport.UDP), false), means);
    net.world().pass(Duration.ofSeconds(1));

    assertThat(net.resolve("www.zone.").rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void whatIsResolvedAsBeforeIsRemembered() {
    Means means = net.world().engine().plan().means();
    net.reload(ValidationSettings.off());

    net.world()
        .engine()
        .resolutions()
        .refresh(QUESTION, new Asker(new Client(Transport.UDP), false), means);
    net.world().pass(Duration.ofSeconds(1));
    int sent = net.sent();

    assertThat(net.resolve("www.zone.").rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(net.sent()).isEqualTo(sent);
  }
}
