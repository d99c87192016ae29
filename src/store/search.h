#pragma once

#include "store/rows.h"

namespace switchyard::store {

//! The words of a text as they are looked up: lower case, letters and digits only, each once, in order. Scripts that
//! put no blanks between words give one word for each character. Bounded in number and length.
QStringList wordsOf(const QString& text);
//! What a task is found by.
QStringList wordsOf(const TaskSpec& spec);
//! The same as one text with blanks around each word: what a filter looks through for what begins with a term.
QString wordText(const QStringList& words);

//! Tasks with words that begin with every term, as the query wants them otherwise, newest first: exactly those of the
//! page. `total` is exact unless there are many; then it is what is known to be there at least.
struct Found {
    QStringList ids;
    int total = 0;
};
Result<Found> searchTasks(const Connection& connection, const TaskQuery& query);

//! Makes the words of tasks that were kept before there were any. Once, when the store is opened.
Result<> fillWords(const Connection& connection);

} // namespace switchyard::store
