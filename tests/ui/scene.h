#pragma once

#include "fakes/fake_engine.h"

namespace switchyard::testing {

//! Tasks as on an ordinary afternoon: one that needs the user, running, queued, ready for review and done ones.
struct Scene {
    explicit Scene(FakeEngine& engine, const QString& folder);
    TaskId calculator; //!< waits for the code to delete a file
    TaskId server;     //!< a shell command that runs
    TaskId parser;     //!< an agent that is at its tests
    TaskId review;     //!< completed, with a change to merge
    QList<TaskId> queued, done;

private:
    void tellCalculator(FakeEngine& engine, const QString& folder);
    void tellReview(FakeEngine& engine);
};

//! A month of work with its costs, errors and slow commands.
Statistics sampleStatistics(const QDate& today);

} // namespace switchyard::testing
