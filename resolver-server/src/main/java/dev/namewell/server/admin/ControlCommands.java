package dev.namewell.server.admin;

import dev.namewell.core.dns.DnsName;
import java.net.InetAddress;
import java.util.Optional;

/**
 * What an operator may have done to the running resolver. Called on virtual threads, may block.
 * Each method returns text for people; text that begins with {@code error:} says that it failed.
 */
public interface ControlCommands {
  /** Prefix of a result that is a failure. */
  String ERROR = "error:";

  /** Forgets all answers. */
  String flushAll();

  /** Forgets all answers for one name. */
  String flushName(DnsName name);

  /** Forgets all answers for a name and everything below it. */
  String flushSubtree(DnsName apex);

  /** Figures about the running resolver, one a line. */
  String stats();

  /** How the latest resolutions of a name went, failures first of all. */
  String explain(DnsName name);

  /** The latest failures. */
  String explainFailures();

  /** What was bogus lately, and why (DNSSEC). */
  String bogus();

  /** What is known of servers, of all or of those at an address. */
  String servers(Optional<InetAddress> address);

  /** Forgets that. */
  String forgetServers(Optional<InetAddress> address);

  /** The zone cuts learned within a domain, with their servers, and the copy of the root zone. */
  String zones(DnsName apex);

  /** Trust anchors with their keys, and negative ones. */
  String anchors();

  /** Zones that are not validated, and until when (RFC 7646). */
  String negativeAnchors();

  /**
   * Leaves a zone unvalidated for a while.
   *
   * @param duration as in the configuration; empty: a day
   */
  String addNegativeAnchor(DnsName zone, String duration);

  /** Validates a zone again. */
  String removeNegativeAnchor(DnsName zone);

  /** Reads the configuration again. */
  String reload();
}
