// Visits counts the visits of each path in an SQLite database: GET /path adds one and tells the sum.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func run() error {
	address, file := ":8080", "visits.db"
	if port := os.Getenv("PORT"); port != "" {
		address = ":" + port
	}
	counter, err := Open(file)
	if err != nil {
		return err
	}
	defer counter.Close()

	server := &http.Server{
		Addr:              address,
		ReadHeaderTimeout: 10 * time.Second,
		Handler: http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
			visits, err := counter.Visit(request.URL.Path)
			if err != nil {
				log.Print(err)
				http.Error(answer, "the visit cannot be counted", http.StatusInternalServerError)
				return
			}
			fmt.Fprintf(answer, "%s %d\n", request.URL.Path, visits)
		}),
	}

	stopped, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	finished := make(chan error, 1)
	go func() {
		<-stopped.Done()
		patience, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		finished <- server.Shutdown(patience)
	}()
	log.Printf("counting in %s with SQLite %s, on %s", file, Version(), address)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-finished
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}
