#pragma once

#include <QString>

class MeterApplication;

//! Each prints one line of JSON: {"bench": name, "median_ms": …}.
void benchOpening(MeterApplication& application, const QString& log);
//! The same by other programs, those of them that are installed: ripgrep, grep, lnav.
void benchPeers(const QString& log);
void benchCounting(const QString& log);
void benchIndexing(const QString& log);
void benchStreaming(MeterApplication& application, const QString& folder, int linesPerSecond, int seconds);
void benchDiff(MeterApplication& application);
//! Writes a log of so many bytes, unless it is there already.
void makeLog(const QString& path, qint64 bytes);
