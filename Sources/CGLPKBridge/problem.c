// Storage of a problem: plain arrays that outlive any jump out of GLPK, since GLPK never owns them.

#include "CGLPKBridge.h"

#include <stdlib.h>

/// An array of at least one element, so that a model without rows or columns is nothing special.
static void *array(int count, size_t size) {
    return calloc(count > 0 ? (size_t)count : 1, size);
}

glpkbridge_problem *glpkbridge_problem_create(int rows, int columns, int entries) {
    glpkbridge_problem *problem = calloc(1, sizeof *problem);
    if (problem == NULL) return NULL;
    problem->rows = rows;
    problem->columns = columns;
    problem->entries = entries;
    problem->row_lower = array(rows, sizeof(double));
    problem->row_upper = array(rows, sizeof(double));
    problem->row_dual = array(rows, sizeof(double));
    problem->column_lower = array(columns, sizeof(double));
    problem->column_upper = array(columns, sizeof(double));
    problem->column_cost = array(columns, sizeof(double));
    problem->column_value = array(columns, sizeof(double));
    problem->column_dual = array(columns, sizeof(double));
    problem->column_is_integer = array(columns, sizeof(int));
    problem->entry_row = array(entries + 1, sizeof(int));
    problem->entry_column = array(entries + 1, sizeof(int));
    problem->entry_value = array(entries + 1, sizeof(double));
    if (!problem->row_lower || !problem->row_upper || !problem->row_dual || !problem->column_lower
        || !problem->column_upper || !problem->column_cost || !problem->column_value || !problem->column_dual
        || !problem->column_is_integer || !problem->entry_row || !problem->entry_column
        || !problem->entry_value) {
        glpkbridge_problem_destroy(problem);
        return NULL;
    }
    return problem;
}

void glpkbridge_problem_destroy(glpkbridge_problem *problem) {
    if (problem == NULL) return;
    free(problem->row_lower);
    free(problem->row_upper);
    free(problem->row_dual);
    free(problem->column_lower);
    free(problem->column_upper);
    free(problem->column_cost);
    free(problem->column_value);
    free(problem->column_dual);
    free(problem->column_is_integer);
    free(problem->entry_row);
    free(problem->entry_column);
    free(problem->entry_value);
    free(problem);
}
