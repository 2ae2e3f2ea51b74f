package dev.namewell.server.admin;

/**
 * Whether queries should be sent here.
 *
 * @param reason one line for people, in either case
 */
public record Readiness(boolean ready, String reason) {}
